/**
 * The platform event bus of a simulated org (Salesforce APIs §2.4, §2.6, §3): definitions, retention, replay ids,
 * pull-style subscriptions and allocation counters. It knows no sockets and owns no timers; time, chance and ids
 * come from the surroundings, so the same seed gives the same stream.
 */
import type { Surroundings } from '../wire.ts';
import { eventSchema, type EventDefinition, type EventSchema } from './bus-schema.ts';
import { busFaults, type BusFaults } from './bus-faults.ts';
import { decodeReplayId, encodeReplayId, rollingCounter } from './bus-numbers.ts';

export type { EventDefinition, EventField, EventSchema } from './bus-schema.ts';
export type { BusFaults } from './bus-faults.ts';

const HOUR = 3_600_000;

/** An event as it lies on the bus. */
export interface BusEvent {
  /** `/event/<Name>__e`. */
  readonly topic: string;
  /** EventUuid: a duplicate has the same one under another replay id. */
  readonly eventId: string;
  readonly schemaId: string;
  /** Avro binary without a container header. */
  readonly payload: Uint8Array;
  /** Opaque for clients: 8-byte big-endian position, then two zero bytes. */
  readonly replayId: Uint8Array;
  /** Place in the stream of all orgs; grows with gaps. */
  readonly position: number;
  /** Epoch ms. */
  readonly publishedAt: number;
}

/** Where a subscription begins. `after` carries a replay id of 8 or 10 bytes. */
export type StartAt =
  { readonly kind: 'latest' } | { readonly kind: 'earliest' } | { readonly kind: 'after'; readonly replayId: Uint8Array };

/** A reading position in one topic. Nothing is pushed: the owner pulls. */
export interface BusSubscription {
  readonly topic: string;
  /** The next events in replay order, at most `limit`; counts as delivery. */
  pull(limit: number): readonly BusEvent[];
  /** True when `pull` would give something. */
  ready(): boolean;
}

export type SubscribeResult =
  | { readonly kind: 'open'; readonly subscription: BusSubscription }
  | { readonly kind: 'unknown-topic' }
  /** Unknown, too old, or from before a reset of the stream; clients cannot tell which. */
  | { readonly kind: 'corrupted' };

export type PublishOutcome =
  | { readonly kind: 'accepted'; readonly eventId: string; readonly replayId: Uint8Array }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/** Who published, and the UUID and time (epoch ms) where the publisher has already fixed them. */
export interface EventOrigin {
  readonly createdById: string;
  readonly eventId?: string;
  readonly createdAt?: number;
}

/** Where the bus learns its definitions: asked again whenever the version has changed. */
export interface BusSource {
  version(): number;
  definitions(): readonly EventDefinition[];
  /** Channel name (`__chn`) → events. */
  channels(): ReadonlyMap<string, readonly string[]>;
}

export interface BusOptions {
  /** Default: only what `define` and `defineChannel` told. */
  readonly source?: BusSource;
  /** Default 72 hours. */
  readonly retentionMs?: number;
  /** Rolling 24-hour delivery allocation over all subscribers; default 25,000 (Enterprise). */
  readonly deliveryLimit?: number;
  /** Events accepted per rolling hour; default 250,000. */
  readonly publishLimit?: number;
}

export interface Bus {
  /** Makes or replaces an event definition. A changed definition gets a new schema id; old ids stay readable. */
  define(definition: EventDefinition): void;
  /** Removes a definition: its topic becomes unknown. */
  undefine(name: string): void;
  /** A channel delivers the events of its members, in one order. `name` ends in `__chn`. */
  defineChannel(name: string, events: readonly string[]): void;
  definition(name: string): EventDefinition | null;
  /** Schema in use for a topic, null for an unknown topic. For a channel the first member's. */
  topic(topicName: string): { readonly topic: string; readonly schemaId: string } | null;
  schema(id: string): EventSchema | null;
  /** Publishes field values as the platform does. `CreatedDate` and `CreatedById` are filled in. */
  publish(name: string, values: { readonly [field: string]: unknown }, origin: EventOrigin): PublishOutcome;
  /** Publishes bytes that a client encoded (Pub/Sub API Publish). */
  publishEncoded(topicName: string, schemaId: string, payload: Uint8Array, eventId: string): PublishOutcome;
  subscribe(topicName: string, start: StartAt): SubscribeResult;
  /** Replay id of the tip, possibly ahead of the last event of this org. */
  latestReplayId(): Uint8Array;
  /** Called after each event that can be pulled. Returns the way to stop listening. */
  onEvent(listener: () => void): () => void;
  /** What has been delivered and published within the rolling windows, with their limits. */
  usage(): { readonly delivered: number; readonly deliveryLimit: number; readonly published: number; readonly publishLimit: number };
  /** Retained events of a topic, oldest first; for assertions, not counted as delivery. */
  retained(topicName?: string): readonly BusEvent[];
  /** Decodes an event with the schema it was written with. */
  read(event: BusEvent): { readonly [field: string]: unknown };
  readonly faults: BusFaults;
}

/** Makes an empty bus. */
export function createBus(surroundings: Surroundings, options: BusOptions = {}): Bus {
  const retentionMs = options.retentionMs ?? 72 * HOUR;
  const definitions = new Map<string, { readonly definition: EventDefinition; readonly schema: EventSchema }>();
  const channels = new Map<string, readonly string[]>();
  const schemas = new Map<string, EventSchema>();
  const listeners = new Set<() => void>();
  const delivered = rollingCounter(24 * HOUR);
  const published = rollingCounter(HOUR);
  let events: BusEvent[] = [];
  let tip = 1_000_000 + Math.floor(surroundings.random() * 1_000_000);
  /** Positions up to this one are no longer valid as a start. */
  let horizon = tip - 1;

  const faults = busFaults({
    surroundings,
    reset: () => {
      events = [];
      tip += 1_000_000;
      horizon = tip - 1;
    },
    advance: (steps) => {
      tip += steps;
    },
    expire: (before) => {
      for (const event of events) if (event.position < before) horizon = Math.max(horizon, event.position);
      events = events.filter((event) => event.position >= before);
    },
    addSchema: (name) => {
      const known = definitions.get(name);
      if (!known) throw new Error(`No event ${name} on the bus.`);
      const changed = eventSchema({
        name,
        fields: [...known.definition.fields, { name: 'Added_Later__c', type: 'Text', required: false }],
      });
      schemas.set(changed.id, changed);
      return changed;
    },
    store: (event) => {
      tip += 1 + Math.floor(surroundings.random() * 5);
      const stored: BusEvent = {
        ...event,
        position: tip,
        replayId: encodeReplayId(tip, faults.replayIdLength),
        publishedAt: surroundings.now(),
      };
      events.push(stored);
      return stored;
    },
  });

  const define = (definition: EventDefinition): void => {
    const schema = eventSchema(definition);
    schemas.set(schema.id, schema);
    definitions.set(definition.name, { definition, schema });
  };
  let seenVersion = -1;
  /** Takes over what deployments have changed since the last look. */
  const learn = (): void => {
    const { source } = options;
    if (!source || source.version() === seenVersion) return;
    seenVersion = source.version();
    definitions.clear();
    channels.clear();
    for (const definition of source.definitions()) define(definition);
    for (const [name, members] of source.channels()) channels.set(name, members);
  };

  const evict = (): void => {
    const oldest = surroundings.now() - retentionMs;
    let gone = 0;
    while (gone < events.length && (events[gone] as BusEvent).publishedAt < oldest) gone += 1;
    if (gone === 0) return;
    horizon = Math.max(horizon, (events[gone - 1] as BusEvent).position);
    events = events.slice(gone);
  };

  const topicsOf = (topicName: string): readonly string[] | null => {
    learn();
    const name = /^\/event\/(.+)$/.exec(topicName)?.[1];
    if (name === undefined) return null;
    if (definitions.has(name)) return [topicName];
    const members = channels.get(name);
    return members ? members.map((member) => `/event/${member}`) : null;
  };

  const accept = (topic: string, schemaId: string, payload: Uint8Array, eventId: string): PublishOutcome => {
    evict();
    const now = surroundings.now();
    if (published.count(now) >= (options.publishLimit ?? 250_000)) {
      return { kind: 'refused', code: 'LIMIT_EXCEEDED', message: 'The hourly allocation of published platform events is used up.' };
    }
    published.add(now, 1);
    const result = faults.accept({ topic, eventId, schemaId, payload });
    for (const listener of [...listeners]) listener();
    return { kind: 'accepted', eventId, replayId: result ?? encodeReplayId(tip, faults.replayIdLength) };
  };

  return {
    faults,
    define,
    undefine: (name) => {
      definitions.delete(name);
    },
    defineChannel: (name, members) => {
      channels.set(name, [...members]);
    },
    definition: (name) => {
      learn();
      return definitions.get(name)?.definition ?? null;
    },
    topic: (topicName) => {
      const first = topicsOf(topicName)?.[0]?.slice('/event/'.length);
      const schema = first === undefined ? undefined : definitions.get(first)?.schema;
      return schema ? { topic: topicName, schemaId: schema.id } : null;
    },
    schema: (id) => schemas.get(id) ?? null,
    publish: (name, values, origin) => {
      learn();
      const known = definitions.get(name);
      if (!known) return { kind: 'refused', code: 'INVALID_TYPE', message: `sObject type '${name}' is not supported.` };
      const missing = known.definition.fields
        .filter((field) => field.required && (values[field.name] ?? '') === '')
        .map((field) => field.name);
      if (missing.length > 0) {
        return { kind: 'refused', code: 'REQUIRED_FIELD_MISSING', message: `Required fields are missing: [${missing.join(', ')}]` };
      }
      const schema = faults.schemaFor(name) ?? known.schema;
      const payload = schema.encode({ ...values, CreatedDate: origin.createdAt ?? surroundings.now(), CreatedById: origin.createdById });
      return accept(`/event/${name}`, schema.id, payload, origin.eventId ?? surroundings.uuid());
    },
    publishEncoded: (topicName, schemaId, payload, eventId) => {
      const schema = schemas.get(schemaId);
      if (!schema) return { kind: 'refused', code: 'INVALID_SCHEMA', message: `There is no schema ${schemaId}.` };
      if (payload.byteLength > 1024 * 1024) return { kind: 'refused', code: 'EVENT_TOO_LARGE', message: 'The event is larger than 1 MB.' };
      try {
        schema.decode(payload);
      } catch {
        return { kind: 'refused', code: 'INVALID_PAYLOAD', message: 'The payload does not fit the schema.' };
      }
      return accept(topicName, schemaId, payload, eventId);
    },
    subscribe: (topicName, start) => {
      evict();
      const topics = topicsOf(topicName);
      if (!topics) return { kind: 'unknown-topic' };
      let cursor: number;
      if (start.kind === 'latest') cursor = tip;
      else if (start.kind === 'earliest') cursor = horizon;
      else {
        const position = decodeReplayId(start.replayId);
        if (position === null || position > tip || position <= horizon) return { kind: 'corrupted' };
        cursor = position;
      }
      const wanted = new Set(topics);
      const next = (limit: number): BusEvent[] => {
        const found: BusEvent[] = [];
        for (let index = firstAfter(events, cursor); index < events.length && found.length < limit; index += 1) {
          const event = events[index] as BusEvent;
          if (wanted.has(event.topic)) found.push(event);
        }
        return found;
      };
      return {
        kind: 'open',
        subscription: {
          topic: topicName,
          ready: () => next(1).length > 0,
          pull: (limit) => {
            evict();
            const pulled = next(limit);
            const last = pulled.at(-1);
            if (last) {
              cursor = last.position;
              delivered.add(surroundings.now(), pulled.length);
            }
            return pulled;
          },
        },
      };
    },
    latestReplayId: () => encodeReplayId(tip, faults.replayIdLength),
    onEvent: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    usage: () => ({
      delivered: delivered.count(surroundings.now()),
      deliveryLimit: faults.deliveryLimit ?? options.deliveryLimit ?? 25_000,
      published: published.count(surroundings.now()),
      publishLimit: options.publishLimit ?? 250_000,
    }),
    retained: (topicName) => {
      evict();
      return topicName === undefined ? [...events] : events.filter((event) => event.topic === topicName);
    },
    read: (event) => {
      const schema = schemas.get(event.schemaId);
      if (!schema) throw new Error(`No schema ${event.schemaId} on the bus.`);
      return schema.decode(event.payload);
    },
  };
}

/** Index of the first event behind `position`; events lie in order. */
function firstAfter(events: readonly BusEvent[], position: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle] as BusEvent).position <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
