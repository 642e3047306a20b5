/**
 * The event client (Salesforce APIs §2.9): asks for no more than it can take, waits for the handler to have stored each answer
 * together with its position, watches for silence, and goes on from the stored position after every failure.
 */
import { SyncError, toSyncError } from '../../errors.ts';
import { fullJitter } from '../../gate.ts';
import type { Log } from '../../log.ts';
import type { Notice, Position, System } from '../../sync/ports.ts';
import type { Session, TokenSource } from '../auth/token-source.ts';
import { streamFailureOf, type StreamFailure } from './failure.ts';
import { noticeOf } from './notice.ts';
import { createSchemas } from './schemas.ts';
import {
  StreamError,
  type EventStream,
  type EventSubscription,
  type OpenEventStream,
  type StreamBatch,
  type StreamEvent,
  type StreamStart,
} from './stream.ts';

/** An event nobody could read, kept with everything needed to look at it later. */
export interface PoisonEvent {
  /** Base64. */
  readonly replayId: string;
  readonly eventId: string;
  readonly schemaId: string;
  /** Base64. */
  readonly payload: string;
  readonly why: string;
}

export interface SubscribeOptions {
  readonly open: OpenEventStream;
  readonly tokens: TokenSource;
  readonly system: System;
  readonly log: Log;
  /** Default `/event/PC_Sync_Request__e`. */
  readonly topic?: string;
  /** The stored position (base64), null when there is none yet. Asked at every connection. */
  position(): Promise<string | null>;
  /**
   * Stores notices and position in one transaction; the next answer waits for it. Also called without notices, when only the position
   * has moved, and without a position, while what came before it is still looked for. A rejection makes the client go back to the stored position.
   */
  handler(notices: readonly Notice[], position: Position | null): Promise<void>;
  /** The stream has a gap: something may have been missed, a full sweep has to find it. */
  onGap(why: string): Promise<void>;
  /**
   * Listening began at the tip, without a position: what was told just before is on no stream. Called once the bus knows of us; resolves
   * when it was found. No position is stored before, so that a process that ends meanwhile leaves it in sight.
   */
  onFresh?(): Promise<void>;
  /** Keeps an unreadable event; the stream goes on behind it. */
  onPoison(event: PoisonEvent): Promise<void>;
  /** The state of the subscription changed: null = it works, else what is wrong. */
  onState?(trouble: SyncError | null): void;
  /** How many events may be asked for now; 0 while the inbox is over its high-water mark. */
  room?(): number;
  /** Where to begin without a position, and after a gap. Default `latest`: the sweep finds the rest, and a replay is charged again. */
  readonly initial?: 'latest' | 'earliest';
  readonly afterGap?: 'latest' | 'earliest';
  /** Most events asked for at a time, 1 to 100. Default 100. */
  readonly window?: number;
}

export interface EventClient {
  start(): void;
  /** Resolves when the handler's last call is done and the connection is closed. */
  stop(): Promise<void>;
}

export const defaultTopic = '/event/PC_Sync_Request__e';

/** A sign of life comes within 270 s (§2.3); after this silence the connection is dead, however healthy it looks. */
const silenceMs = 300_000;
/** The bus closes a stream that was asked nothing for 60 s (§2.3). */
const askAgainMs = 50_000;
const lookAgainMs = 1_000;
/** A schema takes about a second (§2.6); after this it is given up and the stream starts again. */
const schemaLimitMs = 30_000;
const [firstBackOffMs, longestBackOffMs] = [500, 30_000];
const alarmAfter = 3;
/** Time the bus has to take a subscription in before what came earlier is looked for. */
const settleMs = 2_000;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

type Ended = 'stopped' | 'closed' | 'silent';

export function subscribeToEvents(options: SubscribeOptions): EventClient {
  const { system, log, tokens } = options;
  const topic = options.topic ?? defaultTopic;
  const window = Math.min(100, Math.max(1, options.window ?? 100));
  const schemas = createSchemas();
  let stopping: AbortController | null = null;
  let running: Promise<void> = Promise.resolve();
  let failures = 0;
  let refusedSessions = 0;
  let connections = 0;
  let stale: Session | null = null;
  let lastInstance: string | null = null;
  let forced: StreamStart | null = null;
  let trouble: SyncError | null | undefined;

  function tell(next: SyncError | null): void {
    if (trouble !== undefined && trouble?.code === next?.code) return;
    trouble = next;
    options.onState?.(next);
  }

  async function startOf(): Promise<StreamStart> {
    if (forced) return forced;
    const stored = await options.position();
    return stored === null
      ? { kind: options.initial ?? 'latest' }
      : { kind: 'position', replayId: new Uint8Array(Buffer.from(stored, 'base64')) };
  }

  /** Fails with DEADLINE_EXCEEDED when the answer does not come in time. */
  async function inTime<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
    const came = new AbortController();
    const late = system.sleep(schemaLimitMs, AbortSignal.any([signal, came.signal])).then((): never => {
      throw new StreamError(null, 4, 'the schema did not come in time');
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      came.abort();
      late.catch(() => undefined);
    }
  }

  /** The event as a notice; null when it was put aside. Failures of the bus itself are thrown: the stream then starts again. */
  async function read(event: StreamEvent, stream: EventStream, signal: AbortSignal): Promise<Notice | null> {
    let why: string;
    try {
      const decoder = await schemas.get(event.schemaId, (id) => inTime(stream.getSchema(id), signal));
      const notice = noticeOf(event.eventId || base64(event.replayId), decoder.decode(event.payload));
      if (notice) return notice;
      why = 'The event names no record.';
    } catch (error) {
      // INVALID_ARGUMENT says that this schema does not exist; anything else may work the next time
      if (error instanceof StreamError && error.status !== 3) throw error;
      if (error instanceof SyncError) throw error;
      why = error instanceof Error ? error.message : String(error);
    }
    const { replayId, eventId, schemaId, payload } = event;
    log.error({ code: 'CRM_EVENT_POISON', eventId, schemaId, why }, 'an event could not be read and was put aside');
    await options.onPoison({ replayId: base64(replayId), eventId, schemaId, payload: base64(payload), why });
    return null;
  }

  /** @param covered everything before this stream was found */
  async function store(batch: StreamBatch, stream: EventStream, covered: boolean, signal: AbortSignal): Promise<void> {
    const notices: Notice[] = [];
    for (const event of batch.events) {
      const notice = await read(event, stream, signal);
      if (notice) notices.push(notice);
    }
    const value = base64(batch.events.at(-1)?.replayId ?? batch.latestReplayId);
    if (value === '') return;
    await options.handler(notices, covered ? { stream: topic, value } : null);
    if (covered) forced = null;
  }

  /** Tops up what is owed; while there is no room it asks for single events, so that the bus keeps the stream. */
  async function ask(subscription: EventSubscription, pending: number, signal: AbortSignal): Promise<void> {
    if (pending > window / 2) return;
    for (let waited = 0; ; waited += lookAgainMs) {
      const room = Math.min(window - pending, options.room?.() ?? window);
      if (room > 0) return subscription.request(room);
      if (pending > 0) return;
      if (waited >= askAgainMs) return subscription.request(1);
      if (!(await system.sleep(lookAgainMs, signal))) return;
    }
  }

  /** Resolves with the next answer, or with why there is none. */
  async function nextOf(subscription: EventSubscription, signal: AbortSignal): Promise<StreamBatch | Ended> {
    const heard = new AbortController();
    const silence = system
      .sleep(silenceMs, AbortSignal.any([signal, heard.signal]))
      .then((passed): Ended => (passed ? 'silent' : 'stopped'));
    try {
      return await Promise.race([subscription.next().then((batch) => batch ?? ('closed' as const)), silence]);
    } finally {
      heard.abort();
    }
  }

  async function follow(stream: EventStream, signal: AbortSignal): Promise<Ended> {
    const start = await startOf();
    // without a position nobody knows what came between the last connection and this one
    let unknown = start.kind !== 'position' && forced === null && connections++ > 0;
    const subscription = stream.subscribe(topic, start);
    try {
      await ask(subscription, 0, signal);
      const { onFresh } = options;
      let covered = start.kind !== 'latest' || onFresh === undefined;
      const cover = async (): Promise<void> => {
        if (!(await system.sleep(settleMs, signal))) return;
        await onFresh?.();
        covered = true;
      };
      if (!covered)
        void cover().catch((error: unknown) => {
          if (!signal.aborted) log.warn({ topic, error }, 'what came before the stream could not be looked for');
        });
      for (;;) {
        const batch = await nextOf(subscription, signal);
        if (typeof batch === 'string') return batch;
        failures = 0;
        refusedSessions = 0;
        tell(null);
        if (unknown) await options.onGap('the connection broke before a position was stored');
        unknown = false;
        await store(batch, stream, covered, signal);
        if (signal.aborted) return 'stopped';
        await ask(subscription, batch.pending, signal);
      }
    } finally {
      subscription.cancel();
    }
  }

  async function sessionOf(): Promise<Session> {
    const session = stale ? await tokens.renew(stale) : await tokens.session();
    stale = null;
    if (lastInstance !== null && lastInstance !== session.instanceUrl) {
      // the org has moved: old positions mean nothing, or something else (§3.4)
      await options.onGap(`the instance changed from ${lastInstance} to ${session.instanceUrl}`);
    }
    lastInstance = session.instanceUrl;
    return session;
  }

  async function once(signal: AbortSignal): Promise<Ended> {
    const session = await sessionOf();
    const stream = options.open(session);
    try {
      return await follow(stream, signal);
    } catch (error) {
      if (streamFailureOf(error).kind === 'session') stale = session;
      throw error;
    } finally {
      stream.close();
    }
  }

  /** Milliseconds to wait after a failure. */
  async function afterFailure(failure: StreamFailure, error: unknown): Promise<number> {
    const jitter = fullJitter(failures++, system.random(), firstBackOffMs, longestBackOffMs);
    const message = error instanceof Error ? error.message : String(error);
    switch (failure.kind) {
      case 'session':
        refusedSessions += 1;
        if (refusedSessions >= alarmAfter) tell(new SyncError('CRM_SIGN_IN', { message: `The event bus refuses the session: ${message}` }));
        return refusedSessions === 1 ? 0 : jitter;
      case 'gap':
        log.warn({ code: 'CRM_EVENT_GAP', message }, 'the event stream does not know the stored position');
        await options.onGap(message);
        forced = { kind: options.afterGap ?? 'latest' };
        return jitter;
      case 'wait':
        if (failure.code) tell(new SyncError(failure.code, { message }));
        return failure.leastMs + jitter;
      case 'broken': {
        const known = toSyncError(error);
        if (known.entry.retry === 'pause') {
          tell(known);
          return Math.max(jitter, 30_000);
        }
        return jitter;
      }
    }
  }

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let wait: number;
      try {
        const ended = await once(signal);
        if (ended === 'stopped') return;
        if (ended === 'silent') log.warn({ topic }, 'the event stream fell silent; connecting anew');
        wait = fullJitter(failures++, system.random(), firstBackOffMs, longestBackOffMs);
      } catch (error) {
        const failure = streamFailureOf(error);
        log.warn({ topic, failure: failure.kind, error }, 'the event stream broke; going on from the stored position');
        wait = await afterFailure(failure, error).catch((broken: unknown) => {
          log.error({ error: broken }, 'a failure of the event stream could not be told');
          return longestBackOffMs;
        });
      }
      if (wait > 0 && !(await system.sleep(wait, signal))) return;
    }
  }

  return {
    start() {
      if (stopping) return;
      stopping = new AbortController();
      running = run(stopping.signal);
    },
    async stop() {
      stopping?.abort();
      await running;
      stopping = null;
    },
  };
}
