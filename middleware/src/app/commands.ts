/**
 * What an admin can ask of the service, by name. The admin API and the command line call the same table, so that every command works
 * with a running service and without one.
 */
import { confidentialIn } from '../domain/mapping.ts';
import { catalogue, SyncError, type ErrorCode } from '../errors.ts';
import type { Registration } from '../partner-center/registration/registration.ts';
import type { SignIn } from '../partner-center/auth/index.ts';
import type { Engine } from '../sync/engine.ts';
import { preview } from '../sync/reconcile.ts';
import type { SweepResult } from '../sync/sweep.ts';
import { BeginInput, DealInput, FileInput, FinishInput, ListInput, PauseInput, RegisterInput, RetryInput } from './commands-schema.ts';
import { describePlan } from './describe-plan.ts';
import { createDeviceSignIn } from './device-sign-in.ts';
import { findLink, findOrAccept } from './find-link.ts';
import { halfLink, onlyLooking } from './only-looking.ts';

export interface CommandParts {
  readonly engine: Engine;
  readonly signIn: SignIn;
  readonly registration: Registration;
  /** Whether the sign-in holds a second factor; null when Microsoft does not say. */
  checkMfa(): Promise<boolean | null>;
  /** Facts for `status`. */
  status(): Promise<object>;
  /** Facts for `doctor`. */
  doctorFacts(): Promise<object>;
  sweepNow(): Promise<SweepResult>;
  reloadMapping(): Promise<readonly string[]>;
  pause(reason: string | null): Promise<void>;
  /** Writes the whole store into a file on the machine of the service. */
  exportStore(file: string): Promise<number>;
  /** Fills an empty store; null with a running service, whose store is not empty. */
  importStore: ((file: string) => Promise<number>) | null;
  /** Runs due keys in this process; only without a running service. */
  drain: (() => Promise<number>) | null;
}

export type Command = (input: unknown) => Promise<unknown>;
export type Commands = { readonly [name: string]: Command };

export const nothingKnown = (id: string): SyncError =>
  new SyncError('CRM_GONE', { message: `No deal is known by "${id}". Use the id of the opportunity or of the referral.` });

export function createCommands(parts: CommandParts): Commands {
  const { engine, signIn, registration } = parts;
  const { store, system } = engine;
  const device = createDeviceSignIn(signIn, system);

  async function plan(input: unknown): Promise<unknown> {
    const { id } = DealInput.parse(input);
    const { situation, plan: decided } = await lookAt(id);
    return describePlan(situation, decided, confidentialIn(engine.mapping()));
  }

  /** What a pass would find and decide. A deal that neither the store nor a side knows is refused: a mistyped id leaves nothing behind. */
  async function lookAt(id: string): ReturnType<typeof preview> {
    const known = await findLink(engine, id);
    const link = known ?? halfLink(engine, id);
    const seen = await preview(engine, onlyLooking(link), link);
    const { crm, partner, crmGone, partnerGone } = seen.situation;
    if (!crm && !partner && (known === null || (crmGone === null && partnerGone === null))) throw nothingKnown(id);
    return seen;
  }

  /** Asks only the side the id is of, and the partner side only where it may be used. */
  async function mustExist(id: string): Promise<void> {
    if (id.startsWith('006')) {
      if ((await engine.crm.read(id)).kind === 'gone') throw nothingKnown(id);
      return;
    }
    const stop = engine.standstill();
    if (stop) throw stop;
    if ((await engine.partner.read(id, false)).kind === 'gone') throw nothingKnown(id);
  }

  async function sync(input: unknown): Promise<unknown> {
    const { id } = DealInput.parse(input);
    if ((await findLink(engine, id)) === null) await mustExist(id);
    const link = await findOrAccept(engine, id);
    await store.unpark([link.id], system.now());
    await store.mark([link.id], 'sync', 'person', system.now());
    if (parts.drain) await parts.drain();
    else await settle(link.id);
    const after = (await store.link(link.id)) ?? link;
    const parked = (await store.parked(1_000)).find((one) => one.key === link.id);
    return {
      opportunityId: after.opportunityId,
      referralId: after.referralId,
      engagementId: after.engagementId,
      state: after.state,
      lastSyncedAt: after.lastSyncedAt,
      parked: parked ?? null,
    };
  }

  /** Waits until the key has run, at most a minute. */
  async function settle(key: string): Promise<void> {
    const until = system.now() + 60_000;
    while (system.now() < until && (await store.isBusy(key))) await system.sleep(100);
  }

  return {
    status: () => parts.status(),
    'doctor.facts': () => parts.doctorFacts(),
    plan,
    sync,
    async parked(input) {
      const { limit } = ListInput.parse(input);
      return (await store.parked(limit)).map((one) => ({
        ...one,
        cure: one.code in catalogue ? catalogue[one.code as ErrorCode].cure : null,
      }));
    },
    async retry(input) {
      const { id } = RetryInput.parse(input);
      if (id === null) return { retried: await store.unpark(null, system.now()) };
      const link = await findLink(engine, id);
      if (!link) throw nothingKnown(id);
      return { retried: await store.unpark([link.id], system.now()) };
    },
    sweep: () => parts.sweepNow(),
    async pause(input) {
      const { reason } = PauseInput.parse(input);
      await parts.pause(reason);
      return { paused: true, reason };
    },
    async resume() {
      await parts.pause(null);
      return { paused: false };
    },
    'store.export': async (input) => {
      const { file } = FileInput.parse(input);
      return { file, lines: await parts.exportStore(file) };
    },
    'store.import': async (input) => {
      const { file } = FileInput.parse(input);
      if (!parts.importStore)
        throw new SyncError('STORE_LOCKED', { message: 'The service is running; a store is filled while it is stopped.' });
      return { file, rows: await parts.importStore(file) };
    },
    'mapping.reload': async () => ({ problems: await parts.reloadMapping() }),
    'webhook.show': () => registration.show(),
    'webhook.register': (input) => registration.register(RegisterInput.parse(input).replace),
    'webhook.unregister': () => registration.unregister(),
    'webhook.test': () => registration.test(30_000),
    'connect.begin': (input) => signIn.beginSignIn(BeginInput.parse(input).redirectUri),
    'connect.device': () => device.begin(),
    'connect.wait': async () => {
      const signedIn = await device.wait();
      return signedIn && { ...signedIn, secondFactor: await parts.checkMfa().catch(() => null) };
    },
    'connect.finish': async (input) => {
      const { pending, answer } = FinishInput.parse(input);
      const signedIn = await signIn.finishSignIn(pending, answer);
      return { ...signedIn, secondFactor: await parts.checkMfa().catch(() => null) };
    },
    disconnect: async () => {
      await signIn.signOut();
      return { disconnected: true };
    },
  };
}
