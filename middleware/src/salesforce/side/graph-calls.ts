/** Records that belong together are made all or nothing, as one graph; the graphs of several passes share a call (Salesforce APIs §5.2). */
import { wasHalted, type GraphResult, type Part } from '../client/client.ts';
import type { GatherOptions } from '../client/gather.ts';
import type { Org } from './org.ts';

const mostGraphs = 75;
const mostNodes = 500;
const creates: GatherOptions = { max: 200, perPassMs: 20, mostMs: 4_000 };

interface Wanted {
  readonly index: number;
  readonly parts: readonly Part[];
}

/** As many as one call takes, at least one. */
function firstCall(wanted: readonly Wanted[]): readonly Wanted[] {
  let nodes = 0;
  const end = wanted.findIndex(({ parts }, at) => at >= mostGraphs || ((nodes += parts.length) > mostNodes && at > 0));
  return end === -1 ? wanted : wanted.slice(0, end);
}

/** After 14 graphs that failed, Salesforce does not try the rest of a call. */
const untried = ({ successful, answers }: GraphResult): boolean => !successful && answers.length > 0 && answers.every(wasHalted);

/** Gives the creation of one graph. */
export function createGraphCalls(org: Org): (parts: readonly Part[]) => Promise<GraphResult> {
  return org.gather(creates, async (graphs) => {
    const results: GraphResult[] = [];
    let rest: readonly Wanted[] = graphs.map((parts, index) => ({ index, parts }));
    while (rest.length > 0) {
      const sent = firstCall(rest);
      const answers = await org.client.graphs(sent.map(({ parts }) => parts));
      const tried = sent.filter((_, at) => !untried(answers[at] ?? { successful: false, answers: [] }));
      sent.forEach(({ index }, at) => {
        const answer = answers[at];
        if (answer) results[index] = answer;
      });
      // a call of which nothing was tried would come back the same
      rest = rest.filter((one) => !sent.includes(one) || (tried.length > 0 && !tried.includes(one)));
    }
    return results;
  });
}
