/** The admin's mapping: read at start, on a timer and on request. A wrong one never stops the rest: the last good one stays in force. */
import { defaultMapping } from '../domain/default-mapping.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { Finding } from '../domain/validate.ts';
import { toSyncError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { CrmSide, Store, System } from '../sync/ports.ts';

export interface MappingInForce {
  current(): Mapping;
  /** Problems of the last reading; warnings do not keep a mapping from coming into force. */
  findings(): readonly Finding[];
  /** Reads it again. Resolves with the problems that keep the new one out, in words. */
  reload(): Promise<readonly string[]>;
  /** Takes over what another process of this service has put in force: an admin's request to read the mapping reaches one of them. */
  catchUp(): Promise<void>;
}

/** How soon the other processes follow, ms. */
export const catchUpMs = 10_000;

const keptUnder = 'mapping.last-good';

export const sayFinding = (finding: Finding): string => `${finding.text} ${finding.cure}`;

export async function holdMapping(crm: Pick<CrmSide, 'readMapping'>, store: Store, system: System, log: Log): Promise<MappingInForce> {
  let findings: readonly Finding[] = [];
  let current = (await lastGood(store)) ?? defaultMapping;
  const isInForce = (mapping: Mapping): boolean => JSON.stringify(mapping) === JSON.stringify(current);

  async function reload(): Promise<readonly string[]> {
    try {
      const read = await crm.readMapping();
      findings = read.findings;
      const blocking = findings.filter((finding) => finding.weight === 'blocks');
      if (blocking.length > 0) {
        log.warn({ problems: blocking.length, code: 'MAP_INVALID' }, 'the mapping has mistakes; the last good one stays in force');
        return blocking.map(sayFinding);
      }
      if (!isInForce(read.mapping)) {
        current = read.mapping;
        await store.saveSetting(keptUnder, JSON.stringify(current), system.now());
        log.info({ fields: current.fields.length }, 'a mapping came into force');
      }
      return [];
    } catch (thrown) {
      const error = toSyncError(thrown);
      log.warn({ code: error.code, error }, 'the mapping could not be read; the last good one stays in force');
      return [error.message];
    }
  }

  async function catchUp(): Promise<void> {
    const kept = await lastGood(store);
    if (kept === null || isInForce(kept)) return;
    current = kept;
    log.info({ fields: current.fields.length }, 'a mapping another process has read came into force');
  }

  return { current: () => current, findings: () => findings, reload, catchUp };
}

/** What was in force before the restart, null when nothing ever was. */
async function lastGood(store: Store): Promise<Mapping | null> {
  const kept = await store.setting(keptUnder);
  return kept === null ? null : (JSON.parse(kept) as Mapping);
}
