/** Names where people read of a deal: in messages, questions, notifications. A field marked confidential is not told there. */
import type { FieldName } from '../domain/deal.ts';
import { confidentialIn } from '../domain/mapping.ts';
import type { Engine } from './engine.ts';

type Reader = Pick<Engine, 'mapping'>;

/** The value of a name field, or `otherwise` when it is empty or confidential. */
export const tellName = (engine: Reader, field: FieldName, name: string | null | undefined, otherwise: string): string =>
  confidentialIn(engine.mapping()).has(field) ? otherwise : (name ?? otherwise);

/** Another opportunity by its name in quotes. */
export const quoteName = (engine: Reader, name: string): string =>
  confidentialIn(engine.mapping()).has('name') ? 'another opportunity' : `"${name}"`;
