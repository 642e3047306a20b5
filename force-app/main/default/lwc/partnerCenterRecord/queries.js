/**
 * The one query of each page. Object and field security of the user apply; what is marked `@optional` is left out instead of failing
 * the whole answer, where an org or a user does not have it.
 */
export { coreQuery } from './coreQuery';
export { dealQuery } from './dealQuery';
export { healthQuery } from './healthQuery';
