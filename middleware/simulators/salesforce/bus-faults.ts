/**
 * What can go wrong on the bus itself (Salesforce APIs §3.4, §9.1). Each control acts on events published after it
 * is set, so that a test or a seeded run decides exactly which event is hit.
 */
import type { Surroundings } from '../wire.ts';
import type { BusEvent } from './bus.ts';
import type { EventSchema } from './bus-schema.ts';

type Draft = Pick<BusEvent, 'topic' | 'eventId' | 'schemaId' | 'payload'>;

export interface BusFaults {
  /** The next events are stored twice: same UUID, new replay id. */
  duplicateNext(count?: number): void;
  /** The next events are accepted and never stored. */
  loseNext(count?: number): void;
  /** The next event is stored only after the one that follows it; when that one is held as well, after the first that is not. */
  reorderNext(): void;
  /** Stores the events that `reorderNext` still holds. */
  releaseHeld(): void;
  /** Nothing that was set strikes a later event any more; events that are held are stored. */
  clear(): void;
  /** Payloads of the next events are cut short. */
  corruptNext(count?: number): void;
  /** The stream is reset: nothing retained, replay ids from before mean nothing. */
  resetStream(): void;
  /** Other orgs' traffic moves the tip on. */
  advanceTip(steps: number): void;
  /** Events before this position are gone although their time is not over. */
  expireBefore(position: number): void;
  /** Every other event of this name is written with a changed schema, as during the roll-out of a new field. `null` ends it. */
  interleaveSchemas(name: string | null): void;
  /** Length of new replay ids in bytes, at least 8; default 10. */
  replayIdLength: number;
  /** Overrides the delivery allocation; null = as configured. */
  deliveryLimit: number | null;

  /** Called by the bus for each accepted event; gives the replay id when it was stored. */
  accept(draft: Draft): Uint8Array | null;
  /** Called by the bus before it encodes. */
  schemaFor(name: string): EventSchema | null;
}

interface BusInside {
  readonly surroundings: Surroundings;
  store(draft: Draft): BusEvent;
  reset(): void;
  advance(steps: number): void;
  expire(before: number): void;
  addSchema(name: string): EventSchema;
}

export function busFaults(inside: BusInside): BusFaults {
  let duplicates = 0;
  let losses = 0;
  let corruptions = 0;
  let holdNext = false;
  let held: Draft[] = [];
  let interleaved: { readonly name: string; readonly schema: EventSchema; turn: boolean } | null = null;

  const release = (): void => {
    const waiting = held;
    held = [];
    for (const draft of waiting) inside.store(draft);
  };

  return {
    replayIdLength: 10,
    deliveryLimit: null,
    duplicateNext: (count = 1) => {
      duplicates += count;
    },
    loseNext: (count = 1) => {
      losses += count;
    },
    corruptNext: (count = 1) => {
      corruptions += count;
    },
    reorderNext: () => {
      holdNext = true;
    },
    releaseHeld: release,
    clear: () => {
      duplicates = 0;
      losses = 0;
      corruptions = 0;
      holdNext = false;
      release();
    },
    resetStream: () => inside.reset(),
    advanceTip: (steps) => inside.advance(steps),
    expireBefore: (position) => inside.expire(position),
    interleaveSchemas: (name) => {
      interleaved = name === null ? null : { name, schema: inside.addSchema(name), turn: false };
    },
    schemaFor: (name) => {
      if (interleaved?.name !== name) return null;
      interleaved.turn = !interleaved.turn;
      return interleaved.turn ? interleaved.schema : null;
    },
    accept: (draft) => {
      if (losses > 0) {
        losses -= 1;
        return null;
      }
      let event = draft;
      if (corruptions > 0) {
        corruptions -= 1;
        event = { ...draft, payload: draft.payload.slice(0, Math.max(1, draft.payload.byteLength >> 1)) };
      }
      if (holdNext) {
        holdNext = false;
        held.push(event);
        return null;
      }
      const stored = inside.store(event);
      release();
      if (duplicates > 0) {
        duplicates -= 1;
        inside.store(event);
      }
      return stored.replayId;
    },
  };
}
