/** The event stream over gRPC (Salesforce APIs §2.1). TLS always; plain only to this machine. */
import { rootCertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';

import {
  credentials as channelCredentials,
  Metadata,
  makeClientConstructor,
  type ChannelCredentials,
  type Client,
  type ClientDuplexStream,
  type ServiceDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

import { SyncError } from '../../errors.ts';
import type { Session } from '../auth/token-source.ts';
import {
  StreamError,
  type EventStream,
  type EventSubscription,
  type OpenEventStream,
  type StreamBatch,
  type StreamStart,
} from './stream.ts';

export interface GrpcStreamOptions {
  /** `host:port`. */
  readonly endpoint: string;
  /** Extra trusted roots (PEM), beside the system's. */
  readonly extraRoots?: readonly string[];
  /** Without TLS; refused unless the host is this machine. */
  readonly insecure?: boolean;
  /** Largest answer in bytes; an event has at most 1 MB, an answer up to 100 of them. */
  readonly maxBytes?: number;
}

export const protoPath = fileURLToPath(new URL('../pubsub.proto', import.meta.url));
const codePrefix = 'sfdc.platform.eventbus.grpc.';
const loopback = /^(localhost|127\.0\.0\.1|\[::1\]):\d+$/;

interface WireEvent {
  readonly event: { readonly id: string; readonly schemaId: string; readonly payload: Uint8Array } | null;
  readonly replayId: Uint8Array;
}
interface WireFetchResponse {
  readonly events: readonly WireEvent[];
  readonly latestReplayId: Uint8Array;
  readonly pendingNumRequested: number;
}
interface WireFetchRequest {
  readonly topicName: string;
  readonly replayPreset?: 'LATEST' | 'EARLIEST' | 'CUSTOM';
  readonly replayId?: Uint8Array;
  readonly numRequested: number;
}
interface PubSubClient extends Client {
  Subscribe(metadata: Metadata): ClientDuplexStream<WireFetchRequest, WireFetchResponse>;
  GetSchema(
    request: { readonly schemaId: string },
    metadata: Metadata,
    done: (error: ServiceError | null, answer?: { readonly schemaJson: string }) => void,
  ): void;
}

let loaded: (new (address: string, credentials: ChannelCredentials, options: object) => PubSubClient) | null = null;

function clientClass(): NonNullable<typeof loaded> {
  if (!loaded) {
    const definition = loadSync(protoPath, { longs: String, enums: String, defaults: true, arrays: true });
    // the loader's types know services only as a union with messages
    const service = definition['eventbus.v1.PubSub'] as unknown as ServiceDefinition;
    loaded = makeClientConstructor(service, 'PubSub') as unknown as NonNullable<typeof loaded>;
  }
  return loaded;
}

function streamError(error: ServiceError): StreamError {
  const [code] = error.metadata?.get('error-code') ?? [];
  const text = code === undefined ? null : String(code);
  return new StreamError(
    text?.startsWith(codePrefix) ? text.slice(codePrefix.length) : text,
    error.code ?? 2,
    error.details ?? error.message,
  );
}

function channelFor({ endpoint, extraRoots = [], insecure = false }: GrpcStreamOptions): ChannelCredentials {
  if (insecure) {
    if (!loopback.test(endpoint))
      throw new SyncError('NET_NOT_ALLOWED', { message: `${endpoint}: events travel without TLS on this machine only.` });
    return channelCredentials.createInsecure();
  }
  return extraRoots.length > 0
    ? channelCredentials.createSsl(Buffer.from([...extraRoots, ...rootCertificates].join('\n')))
    : channelCredentials.createSsl();
}

function firstRequest(topic: string, start: StreamStart, count: number): WireFetchRequest {
  const base = { topicName: topic, numRequested: count };
  switch (start.kind) {
    case 'position':
      return { ...base, replayPreset: 'CUSTOM', replayId: start.replayId };
    case 'latest':
      return { ...base, replayPreset: 'LATEST' };
    case 'earliest':
      return { ...base, replayPreset: 'EARLIEST' };
  }
}

const batchOf = (answer: WireFetchResponse): StreamBatch => ({
  latestReplayId: answer.latestReplayId,
  pending: answer.pendingNumRequested,
  events: answer.events.map(({ event, replayId }) => ({
    replayId,
    eventId: event?.id ?? '',
    schemaId: event?.schemaId ?? '',
    payload: event?.payload ?? new Uint8Array(),
  })),
});

/** Turns the call's events into a queue with one reader. */
function subscription(call: ClientDuplexStream<WireFetchRequest, WireFetchResponse>, topic: string, start: StreamStart): EventSubscription {
  const ready: StreamBatch[] = [];
  let ended: { readonly error: StreamError | null } | null = null;
  let wake: (() => void) | null = null;
  let asked = false;
  const stir = (): void => {
    wake?.();
    wake = null;
  };
  const end = (error: StreamError | null): void => {
    ended ??= { error };
    stir();
  };
  call.on('data', (answer: WireFetchResponse) => {
    ready.push(batchOf(answer));
    stir();
  });
  call.on('error', (error: ServiceError) => end(streamError(error)));
  // comes last, after an error too
  call.on('status', () => end(null));

  return {
    request(count) {
      if (ended) return;
      call.write(asked ? { topicName: topic, numRequested: count } : firstRequest(topic, start, count));
      asked = true;
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
}

/** Throws `SyncError` NET_NOT_ALLOWED for an unsafe endpoint at once. */
export function grpcEventStream(options: GrpcStreamOptions): OpenEventStream {
  const channel = channelFor(options);
  return (session: Session): EventStream => {
    const client = new (clientClass())(options.endpoint, channel, {
      'grpc.max_receive_message_length': options.maxBytes ?? 32 * 1024 * 1024,
      // a channel of its own: after a reset nothing of the old one is used again
      'grpc.use_local_subchannel_pool': 1,
    });
    const metadata = (): Metadata => {
      const headers = new Metadata();
      headers.set('accesstoken', session.accessToken);
      headers.set('instanceurl', session.instanceUrl);
      headers.set('tenantid', session.orgId);
      return headers;
    };
    return {
      subscribe: (topic, start) => subscription(client.Subscribe(metadata()), topic, start),
      getSchema: (id) =>
        new Promise((resolve, reject) => {
          client.GetSchema({ schemaId: id }, metadata(), (error, answer) => {
            if (answer) resolve(answer.schemaJson);
            else reject(error ? streamError(error) : new StreamError(null, 2, 'no schema'));
          });
        }),
      close: () => client.close(),
    };
  };
}
