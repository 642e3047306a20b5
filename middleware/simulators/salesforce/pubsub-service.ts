/**
 * The rules of the Pub/Sub API (Salesforce APIs §2.3) over a bus, without sockets and timers: the gRPC server and the
 * seeded simulation both call this. Responses come through callbacks; `tick` does what depends on time.
 */
import type { Surroundings } from '../wire.ts';
import type { Bus, BusEvent, BusSubscription, StartAt } from './bus.ts';
import { pubSubError, type PubSubError, type PubSubErrorName } from './pubsub-errors.ts';

export type { PubSubError, PubSubErrorName } from './pubsub-errors.ts';

/** The three headers of every call. */
export interface PubSubHeaders {
  readonly accessToken: string;
  readonly instanceUrl: string;
  readonly tenantId: string;
}

/** Who calls, and what that user may do with an event (object permissions Read and Create). */
export interface PubSubCaller {
  readonly userId: string;
  mayRead(eventName: string): boolean;
  mayCreate(eventName: string): boolean;
}

/** Validates the headers of a call; null = refuse with an authentication error. */
export type Authenticate = (headers: PubSubHeaders) => PubSubCaller | null;

export interface FetchRequest {
  readonly topicName: string;
  readonly replayPreset: 'LATEST' | 'EARLIEST' | 'CUSTOM';
  readonly replayId: Uint8Array;
  readonly numRequested: number;
}

export interface FetchResponse {
  readonly events: readonly BusEvent[];
  readonly latestReplayId: Uint8Array;
  readonly rpcId: string;
  readonly pendingNumRequested: number;
}

/** What a subscriber hears. After `ended` nothing follows; `null` = status OK. */
export interface SubscribeListener {
  response(response: FetchResponse): void;
  ended(error: PubSubError | null): void;
}

export interface SubscribeCall {
  request(request: FetchRequest): void;
  /** The client went away or closed its half. */
  cancel(): void;
}

export interface ProducedEvent {
  readonly id: string;
  readonly schemaId: string;
  readonly payload: Uint8Array;
}

export interface PublishResult {
  readonly replayId: Uint8Array;
  readonly error: string | null;
  readonly correlationKey: string;
}

export type Answer<T> = { readonly kind: 'ok'; readonly value: T } | { readonly kind: 'error'; readonly error: PubSubError };

export interface PubSubOptions {
  /** Empty responses while demand is open; default 60 s (documented bound 270 s). */
  readonly keepaliveMs?: number;
  /** How long a stream without demand lives; default 60 s. */
  readonly idleMs?: number;
  /** How an idle stream closes (unknown at Salesforce): status OK or an error. Default `ok`. */
  readonly idleClose?: 'ok' | 'unavailable';
}

/** Switches of a running service (Salesforce APIs §9.1). */
export interface PubSubFaults {
  /** Events per response, 1 to 100. */
  responseSize: number;
  /** Accept requests, answer nothing: a half-open connection. */
  frozen: boolean;
  /** No keepalives, as when the server has forgotten the stream; events still flow to other calls only. */
  forgetStreams(): void;
  /** The next calls of this kind are refused. */
  refuseNext(rpc: 'Subscribe' | 'GetSchema' | 'GetTopic' | 'Publish', error: PubSubErrorName, times?: number): void;
  /** Ends all open streams. */
  endStreams(error: PubSubErrorName | null): void;
  /** Ends the open streams of one token, as a revoked session does, and refuses the token from now on. */
  revoke(accessToken: string): void;
  /** Tokens that have expired: new calls fail, open streams stay (Salesforce APIs §2.3 rule 7). */
  expire(accessToken: string): void;
  /** Holds each GetSchema answer until it is released. */
  holdSchemas: boolean;
  /** Answers one held GetSchema: the oldest or the newest question. */
  releaseSchema(which: 'oldest' | 'newest'): void;
}

export interface PubSubService {
  readonly faults: PubSubFaults;
  subscribe(headers: PubSubHeaders, listener: SubscribeListener): SubscribeCall;
  getTopic(headers: PubSubHeaders, topicName: string): Answer<TopicInfo>;
  getSchema(headers: PubSubHeaders, schemaId: string): Promise<Answer<SchemaInfo>>;
  publish(headers: PubSubHeaders, topicName: string, events: readonly ProducedEvent[]): Answer<PublishInfo>;
  /** Keepalives and idle closes that are due by now. */
  tick(): void;
  /** Number of open Subscribe calls. */
  openStreams(): number;
  /** Stops listening to the bus. */
  close(): void;
}

export interface TopicInfo {
  readonly topicName: string;
  readonly tenantGuid: string;
  readonly canPublish: boolean;
  readonly canSubscribe: boolean;
  readonly schemaId: string;
  readonly rpcId: string;
}

export interface SchemaInfo {
  readonly schemaJson: string;
  readonly schemaId: string;
  readonly rpcId: string;
}

export interface PublishInfo {
  readonly results: readonly PublishResult[];
  readonly schemaId: string;
  readonly rpcId: string;
}

interface Stream {
  readonly rpcId: string;
  readonly token: string;
  readonly listener: SubscribeListener;
  topicName: string;
  subscription: BusSubscription | null;
  demand: number;
  lastResponseAt: number;
  forgotten: boolean;
}

/** Outstanding demand over all requests of a call (Salesforce APIs §2.3 rule 2). */
const DEMAND_CAP = 100;

const eventName = (topicName: string): string => topicName.replace(/^\/event\//, '');

export function createPubSubService(
  bus: Bus,
  authenticate: Authenticate,
  surroundings: Surroundings,
  options: PubSubOptions = {},
): PubSubService {
  const keepaliveMs = options.keepaliveMs ?? 60_000;
  const idleMs = options.idleMs ?? 60_000;
  const streams = new Set<Stream>();
  const refusals: { readonly rpc: string; readonly error: PubSubErrorName }[] = [];
  const deadTokens = new Set<string>();
  const heldSchemas: (() => void)[] = [];

  const faults: PubSubFaults = {
    responseSize: DEMAND_CAP,
    frozen: false,
    holdSchemas: false,
    forgetStreams: () => {
      for (const stream of streams) stream.forgotten = true;
    },
    refuseNext: (rpc, error, times = 1) => {
      for (let index = 0; index < times; index += 1) refusals.push({ rpc, error });
    },
    endStreams: (error) => {
      for (const stream of [...streams]) end(stream, error);
    },
    revoke: (token) => {
      deadTokens.add(token);
      for (const stream of [...streams]) if (stream.token === token) end(stream, 'auth');
    },
    expire: (token) => {
      deadTokens.add(token);
    },
    releaseSchema: (which) => {
      const release = which === 'oldest' ? heldSchemas.shift() : heldSchemas.pop();
      release?.();
    },
  };

  function end(stream: Stream, error: PubSubErrorName | null): void {
    if (!streams.delete(stream)) return;
    stream.listener.ended(error === null ? null : pubSubError(error, stream.rpcId));
  }

  const planned = (rpc: string): PubSubErrorName | null => {
    const index = refusals.findIndex((refusal) => refusal.rpc === rpc);
    return index < 0 ? null : (refusals.splice(index, 1)[0]?.error ?? null);
  };

  const caller = (headers: PubSubHeaders): PubSubCaller | null => (deadTokens.has(headers.accessToken) ? null : authenticate(headers));

  const respond = (stream: Stream, events: readonly BusEvent[]): void => {
    stream.demand -= events.length;
    stream.lastResponseAt = surroundings.now();
    stream.listener.response({
      events,
      latestReplayId: events.at(-1)?.replayId ?? bus.latestReplayId(),
      rpcId: stream.rpcId,
      pendingNumRequested: stream.demand,
    });
  };

  const pump = (stream: Stream): void => {
    while (streams.has(stream) && stream.subscription && stream.demand > 0 && !faults.frozen && !stream.forgotten) {
      const { delivered, deliveryLimit } = bus.usage();
      if (!stream.subscription.ready()) return;
      const room = Math.min(stream.demand, faults.responseSize, deliveryLimit - delivered);
      if (room <= 0) return end(stream, 'delivery-limit');
      respond(stream, stream.subscription.pull(room));
    }
  };

  const open = (stream: Stream, user: PubSubCaller, request: FetchRequest): PubSubErrorName | null => {
    const topic = bus.topic(request.topicName);
    if (!topic) return 'topic-unknown';
    if (!user.mayRead(eventName(request.topicName))) return 'topic-forbidden';
    if (request.replayPreset === 'CUSTOM' && request.replayId.byteLength === 0) return 'replay-missing';
    const start: StartAt =
      request.replayPreset === 'CUSTOM'
        ? { kind: 'after', replayId: request.replayId }
        : { kind: request.replayPreset === 'EARLIEST' ? 'earliest' : 'latest' };
    const result = bus.subscribe(request.topicName, start);
    if (result.kind === 'corrupted') return 'replay-corrupted';
    if (result.kind === 'unknown-topic') return 'topic-unknown';
    stream.topicName = request.topicName;
    stream.subscription = result.subscription;
    return null;
  };

  const stopListening = bus.onEvent(() => {
    for (const stream of [...streams]) pump(stream);
  });

  return {
    faults,
    openStreams: () => streams.size,
    close: () => {
      stopListening();
      streams.clear();
    },
    subscribe: (headers, listener) => {
      const stream: Stream = {
        rpcId: surroundings.uuid(),
        token: headers.accessToken,
        listener,
        topicName: '',
        subscription: null,
        demand: 0,
        lastResponseAt: surroundings.now(),
        forgotten: false,
      };
      streams.add(stream);
      return {
        cancel: () => {
          streams.delete(stream);
        },
        request: (request) => {
          if (!streams.has(stream)) return;
          if (!stream.subscription) {
            const refusal = planned('Subscribe');
            if (refusal) return end(stream, refusal);
            const user = caller(headers);
            if (!user) return end(stream, 'auth');
            if (request.numRequested <= 0) return end(stream, 'requested-invalid');
            const error = open(stream, user, request);
            if (error) return end(stream, error);
          } else if (request.topicName !== '' && request.topicName !== stream.topicName) {
            return end(stream, 'topic-changed');
          } else if (request.numRequested <= 0) {
            return end(stream, 'requested-invalid');
          }
          stream.demand = Math.min(DEMAND_CAP, stream.demand + request.numRequested);
          pump(stream);
        },
      };
    },
    getTopic: (headers, topicName) => {
      const rpcId = surroundings.uuid();
      const refused = (name: PubSubErrorName): Answer<TopicInfo> => ({ kind: 'error', error: pubSubError(name, rpcId) });
      const refusal = planned('GetTopic');
      if (refusal) return refused(refusal);
      const user = caller(headers);
      if (!user) return refused('auth');
      const topic = bus.topic(topicName);
      if (!topic) return refused('topic-unknown');
      const canSubscribe = user.mayRead(eventName(topicName));
      const canPublish = user.mayCreate(eventName(topicName));
      if (!canSubscribe && !canPublish) return refused('topic-forbidden');
      return { kind: 'ok', value: { topicName, tenantGuid: headers.tenantId, canPublish, canSubscribe, schemaId: topic.schemaId, rpcId } };
    },
    getSchema: async (headers, schemaId) => {
      const rpcId = surroundings.uuid();
      const refused = (name: PubSubErrorName): Answer<SchemaInfo> => ({ kind: 'error', error: pubSubError(name, rpcId) });
      const refusal = planned('GetSchema');
      if (faults.holdSchemas) await new Promise<void>((resolve) => heldSchemas.push(resolve));
      if (refusal) return refused(refusal);
      if (!caller(headers)) return refused('auth');
      const schema = bus.schema(schemaId);
      return schema ? { kind: 'ok', value: { schemaJson: schema.json, schemaId, rpcId } } : refused('schema-unknown');
    },
    publish: (headers, topicName, events) => {
      const rpcId = surroundings.uuid();
      const refused = (name: PubSubErrorName): Answer<PublishInfo> => ({ kind: 'error', error: pubSubError(name, rpcId) });
      const refusal = planned('Publish');
      if (refusal) return refused(refusal);
      const user = caller(headers);
      if (!user) return refused('auth');
      const topic = bus.topic(topicName);
      if (!topic) return refused('topic-unknown');
      if (!user.mayCreate(eventName(topicName))) return refused('topic-forbidden');
      const results = events.map((event): PublishResult => {
        const id = event.id === '' ? surroundings.uuid() : event.id;
        const outcome = bus.publishEncoded(topicName, event.schemaId, event.payload, id);
        return outcome.kind === 'accepted'
          ? { replayId: outcome.replayId, error: null, correlationKey: id }
          : { replayId: new Uint8Array(), error: outcome.message, correlationKey: id };
      });
      return { kind: 'ok', value: { results, schemaId: topic.schemaId, rpcId } };
    },
    tick: () => {
      const now = surroundings.now();
      for (const stream of [...streams]) {
        if (faults.frozen || stream.forgotten || !stream.subscription) continue;
        pump(stream);
        const silent = now - stream.lastResponseAt;
        if (stream.demand > 0 && silent >= keepaliveMs) {
          // The bus carries many orgs, so the tip moves while this org is silent.
          bus.faults.advanceTip(1 + Math.floor(surroundings.random() * 20));
          respond(stream, []);
        } else if (stream.demand === 0 && silent >= idleMs) {
          end(stream, options.idleClose === 'unavailable' ? 'unavailable' : null);
        }
      }
    },
  };
}
