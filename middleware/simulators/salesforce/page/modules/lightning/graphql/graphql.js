/** Stand-in for `lightning/graphql` over the GraphQL resource of the org. */
import { callOrg } from 'page/org';
import { Adapter, freeze } from 'page/wire';

export const gql = (parts) => parts.join('');

export class graphql extends Adapter {
  static live = new Set();

  complete({ query, variables }) {
    return Boolean(query) && !(query.includes('$') && variables === undefined);
  }

  emptyAnswer() {
    return { data: undefined, errors: undefined, refresh: undefined };
  }

  async answer({ query, variables = {} }) {
    const refresh = () => this.fetch();
    try {
      const { data, errors } = await callOrg('POST', '/graphql', { body: { query, variables } });
      return errors?.length > 0 ? { data: undefined, errors: freeze(errors), refresh } : { data: freeze(data), errors: undefined, refresh };
    } catch (error) {
      return { data: undefined, errors: freeze([error.body ?? { message: error.message }].flat()), refresh };
    }
  }
}
