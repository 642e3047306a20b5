/** Webhook events on their way: when each is due, its attempts, the offline queue, and what may go wrong (API §11.3, §11.6). */
import type { Surroundings } from '../wire.ts';
import type { AttackName } from './attacks.ts';
import type { Registration } from './registration.ts';
import type { SignedDelivery, Signer } from './signing.ts';
import type { Switches } from './switches.ts';

export interface WebhookEvent {
  readonly EventName: string;
  readonly ResourceUri: string;
  readonly ResourceName: string;
  readonly AuditUri: null;
  readonly ResourceChangeUtcDate: string;
}

export interface Attempt {
  readonly at: number;
  /** HTTP status of the receiver; 0 = no answer. */
  readonly status: number;
  readonly message: string;
}

export interface Delivery {
  readonly number: number;
  readonly event: WebhookEvent;
  readonly raisedAt: number;
  readonly attempts: readonly Attempt[];
  /** `offline` = given up after the last attempt; `lost` = never sent, because a fault said so. */
  readonly state: 'waiting' | 'sending' | 'delivered' | 'offline' | 'lost';
  /** Epoch ms of the next attempt. */
  readonly dueAt: number;
}

/** Sends one delivery; a rejection counts as no answer. */
export type Send = (delivery: SignedDelivery & { readonly url: string }) => Promise<{ readonly status: number }>;

/** What happens to an event that is raised next. */
export type WebhookFault =
  | { readonly kind: 'lose' }
  | { readonly kind: 'repeat'; readonly times?: number }
  | { readonly kind: 'delay'; readonly ms: number }
  /** Sent only after the event that follows it. */
  | { readonly kind: 'reorder' };

export interface WebhookChances {
  /** Probabilities from 0 to 1. */
  lose: number;
  repeat: number;
  delay: number;
  reorder: number;
  /** Longest random delay in ms. */
  delayMs: number;
}

export interface Deliveries {
  raise(event: WebhookEvent): void;
  /** Puts the fault in front of the next events, one each. */
  faultNext(fault: WebhookFault, count?: number): void;
  readonly chances: WebhookChances;
  /** Forges the next deliveries, one attempt each. */
  attackNext(name: AttackName, count?: number): void;
  all(): readonly Delivery[];
  offline(): readonly Delivery[];
  /** Sends an event of the log once more. */
  repeat(number: number): void;
  /** Gives up an event that waits. */
  drop(number: number): void;
  /** Epoch ms of the next attempt; null when nothing waits. */
  dueAt(): number | null;
  /** Sends everything due now, in order; gives the number of attempts made. */
  deliverDue(send: Send): Promise<number>;
  /** Told after each attempt. */
  onAttempt(listener: (delivery: Delivery) => void): void;
}

type Entry = { -readonly [K in keyof Delivery]: K extends 'attempts' ? Attempt[] : Delivery[K] };

export interface DeliveriesOptions {
  readonly surroundings: Surroundings;
  readonly switches: Switches;
  readonly signer: Signer;
  /** The registration as it is at the moment of sending. */
  readonly registration: () => Registration | null;
}

/** A held-back event goes out after this time even when nothing follows it. */
const longestHoldMs = 60_000;

export function createDeliveries({ surroundings, switches, signer, registration }: DeliveriesOptions): Deliveries {
  const entries: Entry[] = [];
  const faults: WebhookFault[] = [];
  const forged: AttackName[] = [];
  const listeners: ((delivery: Delivery) => void)[] = [];
  const chances: WebhookChances = { lose: 0, repeat: 0, delay: 0, reorder: 0, delayMs: 30_000 };
  let heldBack: Entry | null = null;

  function enqueue(event: WebhookEvent, state: Entry['state'], delayMs: number): Entry {
    const at = surroundings.now();
    const entry: Entry = {
      number: entries.length + 1,
      event,
      raisedAt: at,
      attempts: [],
      state,
      dueAt: at + switches.webhookDelayMs + delayMs,
    };
    entries.push(entry);
    return entry;
  }

  function faultByChance(): WebhookFault | undefined {
    const drawn = (chance: number): boolean => chance > 0 && surroundings.random() < chance;
    if (drawn(chances.lose)) return { kind: 'lose' };
    if (drawn(chances.repeat)) return { kind: 'repeat' };
    if (drawn(chances.delay)) return { kind: 'delay', ms: Math.floor(surroundings.random() * chances.delayMs) };
    return drawn(chances.reorder) ? { kind: 'reorder' } : undefined;
  }

  function raise(event: WebhookEvent): void {
    const subscribed = registration()?.webhookEvents.includes(event.EventName);
    if (!subscribed) return;
    const fault = faults.shift() ?? faultByChance();
    const before = heldBack;
    heldBack = null;
    const copies = fault?.kind === 'repeat' ? (fault.times ?? 2) : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const entry = enqueue(event, fault?.kind === 'lose' ? 'lost' : 'waiting', fault?.kind === 'delay' ? fault.ms : 0);
      if (fault?.kind === 'reorder') {
        entry.dueAt = surroundings.now() + longestHoldMs;
        heldBack = entry;
      }
    }
    if (before) before.dueAt = surroundings.now() + switches.webhookDelayMs + 1;
  }

  const waiting = (): Entry[] => entries.filter(({ state }) => state === 'waiting');
  const due = (): Entry | undefined =>
    waiting()
      .filter(({ dueAt }) => dueAt <= surroundings.now())
      .toSorted((left, right) => left.dueAt - right.dueAt || left.number - right.number)[0];

  async function attempt(entry: Entry, send: Send): Promise<void> {
    const target = registration();
    entry.state = 'sending';
    let outcome: Omit<Attempt, 'at'> = { status: 0, message: 'No webhook is registered.' };
    if (target) {
      const signed = signer.sign(JSON.stringify(entry.event), target.signatureTokenToMsSignatureHeader, forged.shift() ?? null);
      try {
        const { status } = await send({ ...signed, url: target.webhookUrl });
        outcome = { status, message: status >= 200 && status < 300 ? 'OK' : `HTTP ${status}` };
      } catch (error) {
        outcome = { status: 0, message: error instanceof Error ? error.message : String(error) };
      }
    }
    entry.attempts.push({ at: surroundings.now(), ...outcome });
    if (outcome.message === 'OK') entry.state = 'delivered';
    else if (entry.attempts.length >= switches.webhookAttempts) entry.state = 'offline';
    else Object.assign(entry, { state: 'waiting', dueAt: surroundings.now() + switches.webhookRetryMs });
    for (const listener of listeners) listener(entry);
  }

  return {
    raise,
    faultNext(fault, count = 1) {
      for (let index = 0; index < count; index += 1) faults.push(fault);
    },
    chances,
    attackNext(name, count = 1) {
      for (let index = 0; index < count; index += 1) forged.push(name);
    },
    all: () => entries,
    offline: () => entries.filter(({ state }) => state === 'offline'),
    repeat(number) {
      const entry = entries.find((candidate) => candidate.number === number);
      if (entry) enqueue(entry.event, 'waiting', 0);
    },
    drop(number) {
      const entry = waiting().find((candidate) => candidate.number === number);
      if (entry) entry.state = 'lost';
    },
    dueAt() {
      const times = waiting().map(({ dueAt }) => dueAt);
      return times.length === 0 ? null : Math.min(...times);
    },
    async deliverDue(send) {
      let made = 0;
      for (let entry = due(); entry; entry = due()) {
        await attempt(entry, send);
        made += 1;
      }
      return made;
    },
    onAttempt(listener) {
      listeners.push(listener);
    },
  };
}
