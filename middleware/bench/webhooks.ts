/** How many genuine deliveries a second are verified and stored, and what they leave in memory. */
import { Agent, request } from 'node:http';

import type { World } from '../simulators/demo/world.ts';
import { forgetPeak, memoryOf, type Memory } from './watch.ts';

export interface WebhookFigures {
  readonly count: number;
  readonly perSecond: number;
  readonly memory: Memory;
}

function post(agent: Agent, url: string, headers: { readonly [name: string]: string }, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Signed beforehand in parts, so that signing is not measured; passes are paused meanwhile. */
export async function measureWebhooks(world: World, count: number): Promise<WebhookFigures> {
  const referrals = world.partner.partnerCenter.referrals().map(({ id }) => id);
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  const url = `${world.middlewareUrl}/webhooks/partner-center`;
  await world.middleware.command('pause', { reason: 'bench' });
  forgetPeak(world.middleware.pid());
  let ms = 0;
  const part = 1_000;
  for (let done = 0; done < count; done += part) {
    const signed = Array.from({ length: Math.min(part, count - done) }, (_, index) => {
      const id = referrals[(done + index) % referrals.length];
      return world.partner.partnerCenter.signer.sign(
        JSON.stringify({
          EventName: 'referral-updated',
          ResourceUri: `${world.partner.apiOrigin}/engagements/v1/referrals/${id}`,
          ResourceName: 'referral',
          AuditUri: `bench-${done + index}`,
          ResourceChangeUtcDate: new Date(world.clock.now()).toISOString(),
        }),
        true,
      );
    });
    const began = performance.now();
    const queue = [...signed];
    const refused: number[] = [];
    const worker = async (): Promise<void> => {
      for (let one = queue.pop(); one; one = queue.pop()) {
        const status = await post(agent, url, one.headers, one.body);
        if (status !== 202) refused.push(status);
      }
    };
    await Promise.all(Array.from({ length: 20 }, worker));
    ms += performance.now() - began;
    if (refused.length > 0) throw new Error(`${refused.length} deliveries were answered ${[...new Set(refused)].join()}`);
  }
  agent.destroy();
  const memory = memoryOf(world.middleware.pid());
  await world.middleware.command('resume');
  return { count, perSecond: (count / ms) * 1_000, memory };
}
