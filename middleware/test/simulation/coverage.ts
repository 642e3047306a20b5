/** Counts what the engine does: which steps run, and how each write ended; and says what a campaign has not come upon. */
import type { Engine } from '../../src/sync/engine.ts';
import type { CrmSide, PartnerSide, WriteResult } from '../../src/sync/ports.ts';
import { actNames, troubleNames } from './script.ts';
import type { Counts, Trace } from './trace.ts';

export function watched(engine: Engine, trace: Trace, name: string): Engine {
  async function counting<S>(step: string, facts: string, work: Promise<WriteResult<S>>): Promise<WriteResult<S>> {
    try {
      const result = await work;
      trace.count('step', `${step}: ${result.kind}`);
      trace.add(name, `${step} ${facts} → ${result.kind}${result.kind === 'refused' ? ` (${result.code}: ${result.message})` : ''}`);
      return result;
    } catch (error) {
      trace.count('step', `${step}: thrown`);
      throw error;
    }
  }

  const partner: PartnerSide = {
    ...engine.partner,
    create: (deal, sendBefore) => counting('create referral', String(deal.name), engine.partner.create(deal, sendBefore)),
    createMicrosoftLeg: (own, deal, sendBefore) =>
      counting("create Microsoft's leg", String(own.deal.name), engine.partner.createMicrosoftLeg(own, deal, sendBefore)),
    patch: (patch) => counting('patch referral', JSON.stringify(patch.set), engine.partner.patch(patch)),
  };
  const crm: CrmSide = {
    ...engine.crm,
    create: (create) => counting('create opportunity', String(create.deal.name), engine.crm.create(create)),
    createLead: (lead) => counting('create lead', String(lead.deal.name), engine.crm.createLead(lead)),
    write: (write) => {
      const { set, display, audit, answers, attention } = write;
      const what = [
        Object.keys(set).length > 0 ? JSON.stringify(set) : null,
        Object.keys(display).length > 0 ? `shows ${display.syncState ?? Object.keys(display).join(', ')}` : null,
        audit.length > 0 ? `${audit.length} audit lines` : null,
        answers.length > 0 ? `answers ${answers.map((answer) => answer.outcome).join(', ')}` : null,
        attention.length > 0 ? `attention ${attention.map((row) => `${row.open ? 'opens' : 'closes'} ${row.kind}`).join(', ')}` : null,
      ];
      return counting(
        'write opportunity',
        `${write.basedOn.deal.name ?? write.id}: ${what.filter((part) => part !== null).join('; ')}`,
        engine.crm.write(write),
      );
    },
  };
  return {
    system: engine.system,
    store: engine.store,
    log: engine.log,
    crm,
    partner,
    get orgId() {
      return engine.orgId;
    },
    mapping: () => engine.mapping(),
    standstill: () => engine.standstill(),
  };
}

/** Every way a write can end, besides being refused, which needs a rule of the org that the runs do not have for each step. */
const steps = ['create referral', "create Microsoft's leg", 'patch referral', 'create opportunity', 'write opportunity'].flatMap((step) =>
  ['done', 'stale', 'thrown'].map((end) => `${step}: ${end}`),
);

/** What the runs so far have never shown, in words. */
export function neverSeen(counts: Counts): readonly string[] {
  const missing = (kind: string, names: readonly string[]): readonly string[] => names.filter((name) => !counts.get(kind)?.has(name));
  return [...missing('act', actNames), ...missing('trouble', troubleNames), ...missing('step', steps)];
}
