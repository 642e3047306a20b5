/** The event-stream seam over the simulator's own functions: no socket, no timer. */
import {
  StreamError,
  type EventStream,
  type EventSubscription,
  type OpenEventStream,
  type StreamBatch,
} from '../../src/salesforce/events/stream.ts';
import type { PubSubError } from '../../simulators/salesforce/pubsub-errors.ts';
import type { FetchRequest, PubSubService } from '../../simulators/salesforce/pubsub-service.ts';

const errorOf = (error: PubSubError): StreamError =>
  new StreamError(error.errorCode?.replace('sfdc.platform.eventbus.grpc.', '') ?? null, error.status, error.message);

const presets = { latest: 'LATEST', earliest: 'EARLIEST', position: 'CUSTOM' } as const;

/** Hands the client to the service as it is at the moment of the call, so that a test may exchange it. */
export function simulatedStream(service: () => PubSubService): OpenEventStream {
  return (session): EventStream => {
    const headers = { accessToken: session.accessToken, instanceUrl: session.instanceUrl, tenantId: session.orgId };
    return {
      subscribe(topic, start): EventSubscription {
        const ready: StreamBatch[] = [];
        let ended: { readonly error: StreamError | null } | null = null;
        let wake: (() => void) | null = null;
        const call = service().subscribe(headers, {
          response: ({ events, latestReplayId, pendingNumRequested }) => {
            ready.push({
              latestReplayId,
              pending: pendingNumRequested,
              events: events.map(({ replayId, eventId, schemaId, payload }) => ({ replayId, eventId, schemaId, payload })),
            });
            wake?.();
          },
          ended: (error) => {
            ended = { error: error ? errorOf(error) : null };
            wake?.();
          },
        });
        return {
          request(count) {
            const request: FetchRequest = {
              topicName: topic,
              replayPreset: presets[start.kind],
              replayId: start.kind === 'position' ? start.replayId : new Uint8Array(),
              numRequested: count,
            };
            call.request(request);
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
      async getSchema(id) {
        const answer = await service().getSchema(headers, id);
        if (answer.kind === 'error') throw errorOf(answer.error);
        return answer.value.schemaJson;
      },
      close: () => undefined,
    };
  };
}
