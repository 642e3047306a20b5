/** Requests that hang on no opportunity: decisions about incoming deals, and the admin's buttons on the health page. */
import type { Engine } from './engine.ts';
import type { Lease, ServiceRequest } from './ports.ts';

/** What only the running service can do. */
export interface ServiceActs {
  sweepNow(): Promise<void>;
  reloadMapping(): Promise<readonly string[]>;
}

type Outcome = { readonly outcome: 'Done' | 'Refused'; readonly message: string };
const done = (message: string): Outcome => ({ outcome: 'Done', message });
const refused = (message: string): Outcome => ({ outcome: 'Refused', message });

/** Records other than opportunities that a duplicate rule can suggest, by the prefix of their ids. */
const kindOf = (id: string): 'account' | 'lead' | null => (id.startsWith('001') ? 'account' : id.startsWith('00Q') ? 'lead' : null);

/** A decision about an incoming deal is kept on its link; the pass that follows carries it out. */
async function decide(engine: Engine, request: ServiceRequest, decision: 'keep-as-new' | 'link'): Promise<Outcome> {
  const now = engine.system.now();
  const link = request.referralId === null ? null : await engine.store.linkByReferral(request.referralId);
  if (!link) return refused('The deal this row stands for is not known any more.');
  if (link.opportunityId !== null) return refused('The deal has an opportunity already.');
  if (decision === 'link') {
    if (request.target === null) return refused('Choose the record to link to.');
    const kind = kindOf(request.target);
    if (kind !== null) {
      await engine.store.decide(link.id, { decision: `${kind}:${request.target}`, opportunityId: null }, now);
      await engine.store.mark([link.id], `decision by ${request.by ?? 'a person'}`, 'person', now);
      return done(kind === 'account' ? 'A new opportunity of that account is made.' : 'The lead stands for the deal.');
    }
    const reading = await engine.crm.read(request.target);
    if (reading.kind === 'gone') return refused('That opportunity is not there any more.');
    if (reading.snapshot.referralId !== null) return refused('That opportunity stands for another deal already.');
    const other = await engine.store.linkByOpportunity(engine.orgId, reading.snapshot.id);
    if (other?.referralId) return refused('That opportunity stands for another deal already.');
    await engine.store.decide(link.id, { decision: 'link', opportunityId: reading.snapshot.id }, now);
  } else await engine.store.decide(link.id, { decision: 'keep-as-new', opportunityId: null }, now);
  await engine.store.mark([link.id], `decision by ${request.by ?? 'a person'}`, 'person', now);
  return done(decision === 'link' ? 'The deal is linked to the opportunity.' : 'A new opportunity is made.');
}

async function answer(engine: Engine, request: ServiceRequest, acts: ServiceActs): Promise<Outcome> {
  switch (request.kind) {
    case 'retry_all':
      return done(`${await engine.store.unpark(null, engine.system.now())} deals are tried again.`);
    case 'sweep_now':
      await acts.sweepNow();
      return done('Both sides are being compared now.');
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

/** Answers one service request; an answered or vanished one needs nothing. */
export async function runServiceRequest(engine: Engine, lease: Lease, acts: ServiceActs): Promise<void> {
  const id = lease.key.slice('service:'.length);
  const request = await engine.crm.readServiceRequest(id);
  if (request) {
    const outcome = await answer(engine, request, acts);
    await engine.crm.report([], [{ id, ...outcome }]);
  }
  await engine.store.finishService(lease, engine.system.now());
}
