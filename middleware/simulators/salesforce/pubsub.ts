/**
 * The Pub/Sub API on a loopback port: gRPC over the rules in `pubsub-service`. With a key and certificate it speaks
 * TLS as Salesforce does; without, plain HTTP/2 for the demo.
 */
import { fileURLToPath } from 'node:url';
import {
  Metadata,
  Server,
  ServerCredentials,
  loadPackageDefinition,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServiceDefinition,
  type ServiceError,
  type UntypedServiceImplementation,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { BusEvent } from './bus.ts';
import type { FetchRequest, PubSubError, PubSubHeaders, PubSubService } from './pubsub-service.ts';

/** Path of the simulator's own `.proto`. */
export const PROTO_PATH = fileURLToPath(new URL('./pubsub.proto', import.meta.url));

const LOAD_OPTIONS = { keepCase: false, longs: String, enums: String, defaults: true, oneofs: true } as const;

export interface PubSubServerOptions {
  readonly port?: number;
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface PubSubServer {
  /** `127.0.0.1:port`, or `localhost:port` with TLS. */
  readonly address: string;
  readonly port: number;
  readonly tls: boolean;
  /** Cuts every connection without a word and stops listening. */
  kill(): void;
  /** Listens again on the same port after `kill`. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Puts a service on a port. What depends on time is looked at once a second, by the service's own clock. */
export async function servePubSub(service: PubSubService, options: PubSubServerOptions = {}): Promise<PubSubServer> {
  const credentials = options.tls
    ? ServerCredentials.createSsl(null, [{ private_key: Buffer.from(options.tls.key), cert_chain: Buffer.from(options.tls.cert) }])
    : ServerCredentials.createInsecure();
  const listen = async (wanted: number): Promise<{ readonly server: Server; readonly port: number }> => {
    const server = new Server({ 'grpc.max_receive_message_length': 4 * 1024 * 1024 });
    server.addService(definition(), implementation(service));
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${wanted}`, credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
    });
    return { server, port };
  };
  let running: { readonly server: Server; readonly port: number } = await listen(options.port ?? 0);
  const { port } = running;
  const timer = setInterval(() => service.tick(), 1_000);
  timer.unref();
  return {
    address: `${options.tls ? 'localhost' : '127.0.0.1'}:${port}`,
    port,
    tls: options.tls !== undefined,
    kill: () => running.server.forceShutdown(),
    restart: async () => {
      running = await listen(port);
    },
    close: async () => {
      clearInterval(timer);
      service.faults.endStreams(null);
      // Clients get a moment to take the end of their streams; then the connections are cut.
      const cut = setTimeout(() => running.server.forceShutdown(), 500);
      await new Promise<void>((resolve) => running.server.tryShutdown(() => resolve()));
      clearTimeout(cut);
    },
  };
}

function definition(): ServiceDefinition {
  const loaded = loadPackageDefinition(loadSync(PROTO_PATH, LOAD_OPTIONS)) as unknown as {
    readonly eventbus: { readonly v1: { readonly PubSub: { readonly service: ServiceDefinition } } };
  };
  return loaded.eventbus.v1.PubSub.service;
}

interface WireFetchRequest {
  readonly topicName: string;
  readonly replayPreset: FetchRequest['replayPreset'];
  readonly replayId: Uint8Array;
  readonly numRequested: number;
}

interface WirePublishRequest {
  readonly topicName: string;
  readonly events: readonly { readonly id: string; readonly schemaId: string; readonly payload: Uint8Array }[];
}

function implementation(service: PubSubService): UntypedServiceImplementation {
  return {
    Subscribe: (call: ServerDuplexStream<WireFetchRequest, unknown>) => {
      const subscription = service.subscribe(headersOf(call.metadata), {
        response: (response) =>
          call.write({
            events: response.events.map(consumerEvent),
            latestReplayId: Buffer.from(response.latestReplayId),
            rpcId: response.rpcId,
            pendingNumRequested: response.pendingNumRequested,
          }),
        ended: (error) => (error ? call.emit('error', statusOf(error, 'Subscribe')) : call.end()),
      });
      call.on('data', (request: WireFetchRequest) => subscription.request(request));
      call.on('end', () => {
        subscription.cancel();
        call.end();
      });
      call.on('cancelled', () => subscription.cancel());
      call.on('error', () => subscription.cancel());
    },
    GetTopic: (call: ServerUnaryCall<{ readonly topicName: string }, unknown>, reply: sendUnaryData<unknown>) => {
      const answer = service.getTopic(headersOf(call.metadata), call.request.topicName);
      if (answer.kind === 'ok') reply(null, answer.value);
      else reply(statusOf(answer.error, 'GetTopic'));
    },
    GetSchema: (call: ServerUnaryCall<{ readonly schemaId: string }, unknown>, reply: sendUnaryData<unknown>) => {
      void service.getSchema(headersOf(call.metadata), call.request.schemaId).then((answer) => {
        if (answer.kind === 'ok') reply(null, answer.value);
        else reply(statusOf(answer.error, 'GetSchema'));
      });
    },
    Publish: (call: ServerUnaryCall<WirePublishRequest, unknown>, reply: sendUnaryData<unknown>) => {
      const answer = service.publish(headersOf(call.metadata), call.request.topicName, call.request.events);
      if (answer.kind === 'ok') reply(null, publishResponse(answer.value));
      else reply(statusOf(answer.error, 'Publish'));
    },
    PublishStream: (call: ServerDuplexStream<WirePublishRequest, unknown>) => {
      let topicName = '';
      call.on('data', (request: WirePublishRequest) => {
        topicName = request.topicName === '' ? topicName : request.topicName;
        const answer = service.publish(headersOf(call.metadata), topicName, request.events);
        if (answer.kind === 'ok') call.write(publishResponse(answer.value));
        else call.emit('error', statusOf(answer.error, 'PublishStream'));
      });
      call.on('end', () => call.end());
    },
    ManagedSubscribe: (call: ServerDuplexStream<unknown, unknown>) => {
      const error: Partial<ServiceError> = { code: 12, details: 'Managed subscriptions are not simulated: keep the position yourself.' };
      call.emit('error', error);
    },
  };
}

function headersOf(metadata: Metadata): PubSubHeaders {
  const first = (name: string): string => String(metadata.get(name)[0] ?? '');
  return { accessToken: first('accesstoken'), instanceUrl: first('instanceurl'), tenantId: first('tenantid') };
}

const consumerEvent = (event: BusEvent): object => ({
  event: { id: event.eventId, schemaId: event.schemaId, payload: Buffer.from(event.payload), headers: [] },
  replayId: Buffer.from(event.replayId),
});

function publishResponse(info: {
  readonly results: readonly { readonly replayId: Uint8Array; readonly error: string | null; readonly correlationKey: string }[];
  readonly schemaId: string;
  readonly rpcId: string;
}): object {
  return {
    results: info.results.map((result) => ({
      replayId: Buffer.from(result.replayId),
      correlationKey: result.correlationKey,
      ...(result.error === null ? {} : { error: { code: 'PUBLISH', msg: result.error } }),
    })),
    schemaId: info.schemaId,
    rpcId: info.rpcId,
  };
}

/** Status, text and the trailers that clients decide on. */
function statusOf(error: PubSubError, rpc: string): Partial<ServiceError> {
  const metadata = new Metadata();
  if (error.errorCode !== null) {
    metadata.set('error-code', error.errorCode);
    metadata.set('rpc-id', error.rpcId);
    metadata.set('type', rpc);
  }
  return { code: error.status, details: error.message, metadata };
}
