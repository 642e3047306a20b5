/** The event bus behind its seam: what gRPC would carry, carried by the scheduler. */
import { StreamError, type EventSubscription, type OpenEventStream, type StreamBatch } from '../../src/salesforce/events/stream.ts';
import type { PubSubError, PubSubHeaders, PubSubService, FetchResponse } from '../../simulators/salesforce/pubsub-service.ts';
import { never, type Incarnation } from './incarnation.ts';
import type { Scheduler } from './scheduler.ts';

const codePrefix = /^sfdc\.platform\.eventbus\.grpc\./;
const errorOf = ({ status, errorCode, message }: PubSubError): StreamError =>
  new StreamError(errorCode?.replace(codePrefix, '') ?? null, status, message);

const batchOf = ({ events, latestReplayId, pendingNumRequested }: FetchResponse): StreamBatch => ({
  latestReplayId,
  pending: pendingNumRequested,
  events: events.map(({ replayId, eventId, schemaId, payload }) => ({ replayId, eventId, schemaId, payload })),
});

export interface EventStreamOptions {
  readonly pubSub: PubSubService;
  readonly scheduler: Scheduler;
  readonly incarnation: Incarnation;
  readonly latency: () => number;
  /** No connection to the bus can be made, and those that are open break. */
  readonly cut: () => boolean;
  /** Told of each subscription, so that a cut can break it and a kill close it. */
  readonly opened: (breakIt: () => void) => void;
}

export function simulatedEventStream(options: EventStreamOptions): OpenEventStream {
  const { pubSub, scheduler, incarnation, latency, cut, opened } = options;

  return (session) => {
    const headers: PubSubHeaders = { accessToken: session.accessToken, instanceUrl: session.instanceUrl, tenantId: session.orgId };
    return {
      close: () => undefined,
      async getSchema(id) {
        await scheduler.wait(latency());
        if (!incarnation.alive()) return never();
        if (cut()) throw new StreamError(null, 14, 'the bus cannot be reached');
        const answer = await pubSub.getSchema(headers, id);
        if (answer.kind === 'error') throw errorOf(answer.error);
        return answer.value.schemaJson;
      },
      subscribe(topic, start): EventSubscription {
        const ready: StreamBatch[] = [];
        let ended: { readonly error: StreamError | null } | null = null;
        let wake: (() => void) | null = null;
        let arrivesAt = 0;
        const onTheWay: (() => void)[] = [];
        let first = true;
        const stir = (): void => {
          wake?.();
          wake = null;
        };
        /** In order, also what arrives at the same moment: a stream swaps nothing. */
        const arrive = (act: () => void): void => {
          arrivesAt = Math.max(arrivesAt, scheduler.now() + latency());
          onTheWay.push(act);
          scheduler.after(arrivesAt - scheduler.now(), () => {
            const next = onTheWay.shift();
            if (incarnation.alive()) next?.();
          });
        };
        const end = (error: StreamError | null): void => {
          ended ??= { error };
          stir();
        };
        const call = pubSub.subscribe(headers, {
          response: (response) => {
            if (cut()) return;
            arrive(() => {
              ready.push(batchOf(response));
              stir();
            });
          },
          ended: (error) => arrive(() => end(error === null ? null : errorOf(error))),
        });
        opened(() => {
          call.cancel();
          end(new StreamError(null, 14, 'the connection broke'));
        });
        if (cut()) arrive(() => end(new StreamError(null, 14, 'the bus cannot be reached')));
        const { kind } = start;
        const request = {
          topicName: topic,
          replayPreset: kind === 'position' ? 'CUSTOM' : kind === 'latest' ? 'LATEST' : 'EARLIEST',
          replayId: kind === 'position' ? start.replayId : new Uint8Array(),
        } as const;

        return {
          request(count) {
            if (ended || cut()) return;
            call.request(
              first
                ? { ...request, numRequested: count }
                : { topicName: topic, replayPreset: 'LATEST', replayId: new Uint8Array(), numRequested: count },
            );
            first = false;
          },
          async next() {
            for (;;) {
              const batch = ready.shift();
              if (batch) return batch;
              if (ended?.error) throw ended.error;
              if (ended) return null;
              await new Promise<void>((resolve) => (wake = resolve));
            }
          },
          cancel: () => call.cancel(),
        };
      },
    };
  };
}
