/** Requests that hang on no opportunity: decisions about incoming deals, and the admin's buttons on the health page. */
import { catalogue, toSyncError, type SyncError } from '../errors.ts';
import type { Engine } from './engine.ts';
import { isBeingMade } from './list-delay.ts';
import type { Decision, Lease, ServiceRequest } from './ports.ts';
import type { SweepResult } from './sweep.ts';

/** What only the running service can do. */
export interface ServiceActs {
  sweepNow(): Promise<SweepResult>;
  /** Resolves with the mistakes of a mapping; throws when it cannot be read, and the request is tried again. */
  reloadMapping(): Promise<readonly string[]>;
}

type Outcome = { readonly outcome: 'Done' | 'Refused'; readonly message: string };
const done = (message: string): Outcome => ({ outcome: 'Done', message });
const refused = (message: string): Outcome => ({ outcome: 'Refused', message });

/** Records other than opportunities that a duplicate rule can suggest, by the prefix of their ids. */
const kindOf = (id: string): 'account' | 'lead' | null => (id.startsWith('001') ? 'account' : id.startsWith('00Q') ? 'lead' : null);

/** Ids of 15 and of 18 characters name the same record. */
const sameRecord = (one: string, other: string): boolean => one.slice(0, 15) === other.slice(0, 15);

/** The opportunity a deal is to be linked to, or why it cannot be. */
async function targetOf(engine: Engine, target: string): Promise<{ readonly id: string } | string> {
  const reading = await engine.crm.read(target);
  if (reading.kind === 'gone') return 'That opportunity is not there any more.';
  const { id, referralId } = reading.snapshot;
  const other = referralId === null ? await engine.store.linkByOpportunity(engine.orgId, id) : null;
  if (referralId !== null || other?.referralId) return 'That opportunity stands for another deal already.';
  return isBeingMade(other)
    ? 'That opportunity is being shared just now, and Partner Center has not said yet whether its deal was made. Try again in two minutes.'
    : { id };
}

const said = (decision: Decision): string =>
  decision === 'link'
    ? 'The deal is linked to the opportunity.'
    : decision.startsWith('lead:')
      ? 'The lead stands for the deal.'
      : decision.startsWith('account:')
        ? 'A new opportunity of that account is made.'
        : 'A new opportunity is made.';

/**
 * A decision about an incoming deal is kept on its link; the pass that follows carries it out. One that is kept already was not answered,
 * because the process ended: it is not made a second time.
 */
async function decide(engine: Engine, request: ServiceRequest, asked: 'keep-as-new' | 'link'): Promise<Outcome> {
  const { store, system } = engine;
  const link = request.referralId === null ? null : await store.linkByReferral(request.referralId);
  if (!link) return refused('The deal this row stands for is not known any more.');
  if (asked === 'link' && request.target === null) return refused('Choose the record to link to.');
  const kind = asked === 'link' && request.target !== null ? kindOf(request.target) : null;
  const decision: Decision = kind === null ? asked : `${kind}:${request.target ?? ''}`;
  const kept = link.openAttention['decision'] === decision;
  if (link.opportunityId !== null && kept && (decision !== 'link' || sameRecord(link.opportunityId, request.target ?? '')))
    return done(said(decision));
  if (link.opportunityId !== null) return refused('The deal has an opportunity already.');
  const target = decision === 'link' ? await targetOf(engine, request.target ?? '') : { id: null };
  if (typeof target === 'string') return refused(target);
  await store.decide(link.id, { decision, opportunityId: target.id, by: request.by ?? 'a person' }, system.now());
  return done(said(decision));
}

/** What was found is worked on from now; a side that broke off goes on from there at the next sweep. */
function compared({ crm, partner }: SweepResult): Outcome {
  const missing = [crm === null ? 'Salesforce' : null, partner === null ? 'Partner Center' : null].filter((side) => side !== null);
  return missing.length === 0
    ? done('Both sides are being compared now.')
    : refused(`${missing.join(' and ')} could not be read to the end just now. The next comparison goes on from there by itself.`);
}

async function answer(engine: Engine, request: ServiceRequest, acts: ServiceActs): Promise<Outcome> {
  switch (request.kind) {
    case 'retry_all':
      return done(`${await engine.store.unpark(null, engine.system.now())} deals are tried again.`);
    case 'sweep_now':
      return compared(await acts.sweepNow());
    case 'reload_mapping': {
      const problems = await acts.reloadMapping();
      return problems.length === 0
        ? done('The mapping was read again and is in force.')
        : refused(`The last good mapping stays in force. ${problems.join(' ')}`);
    }
    case 'keep_as_new':
      return decide(engine, request, 'keep-as-new');
    case 'link':
      return decide(engine, request, 'link');
    case 'retry': {
      const link = request.referralId === null ? null : await engine.store.linkByReferral(request.referralId);
      if (!link) return refused('The deal this row stands for is not known any more.');
      await engine.store.unpark([link.id], engine.system.now());
      await engine.store.mark([link.id], 'retry', 'person', engine.system.now());
      return done('The deal is tried again.');
    }
    default:
      return refused('This kind of request needs an opportunity.');
  }
}

const prefix = 'service:';

/** Whether a key of the queue is a request that hangs on no opportunity. */
export const isServiceRequest = ({ key }: Pick<Lease, 'key'>): boolean => key.startsWith(prefix);

/** A request that cannot be carried out is not put aside in silence: its answer says why. Gives the failure when it could not be answered. */
export async function refuseServiceRequest(engine: Engine, lease: Lease, { code, facts }: SyncError): Promise<SyncError | null> {
  const { text, cure } = catalogue[code];
  const message = [text, facts.message, cure].filter(Boolean).join(' ');
  try {
    await engine.crm.report([], [{ id: lease.key.slice(prefix.length), outcome: 'Refused', message }]);
    await engine.store.finishService(lease, engine.system.now());
    return null;
  } catch (thrown) {
    return toSyncError(thrown);
  }
}

/** Answers one service request; an answered or vanished one needs nothing. */
export async function runServiceRequest(engine: Engine, lease: Lease, acts: ServiceActs): Promise<void> {
  const id = lease.key.slice(prefix.length);
  const request = await engine.crm.readServiceRequest(id);
  if (request) {
    const outcome = await answer(engine, request, acts);
    await engine.crm.report([], [{ id, ...outcome }]);
  }
  await engine.store.finishService(lease, engine.system.now());
}
