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
  /** Reads it again. Resolves with the problems that keep the new one out, in words; throws what kept it from being read. */
  read(): Promise<readonly string[]>;
  /** The same where nobody tries again at once: what kept it from being read is logged and is a problem like any other. */
  reload(): Promise<readonly string[]>;
  /** Takes over what another process of this service has put in force: an admin's request to read the mapping reaches one of them. */
  catchUp(): Promise<void>;
}

/** How soon the other processes follow, ms. */
export const catchUpMs = 10_000;

/** Survives restarts and is shared by all processes, as the text of the mapping. */
const keptUnder = 'mapping.last-good';
const readKept = (text: string): Mapping => JSON.parse(text) as Mapping;

export const sayFinding = (finding: Finding): string => `${finding.text} ${finding.cure}`;

export async function holdMapping(crm: Pick<CrmSide, 'readMapping'>, store: Store, system: System, log: Log): Promise<MappingInForce> {
  let findings: readonly Finding[] = [];
  let text = (await store.setting(keptUnder)) ?? JSON.stringify(defaultMapping);
  let current = readKept(text);

  async function read(): Promise<readonly string[]> {
    const anew = await crm.readMapping();
    findings = anew.findings;
    const blocking = findings.filter((finding) => finding.weight === 'blocks');
    if (blocking.length > 0) {
      log.warn({ problems: blocking.length, code: 'MAP_INVALID' }, 'the mapping has mistakes; the last good one stays in force');
      return blocking.map(sayFinding);
    }
    const readText = JSON.stringify(anew.mapping);
    if (readText !== text) {
      text = readText;
      current = anew.mapping;
      await store.saveSetting(keptUnder, text, system.now());
      log.info({ fields: current.fields.length }, 'a mapping came into force');
    }
    return [];
  }

  async function reload(): Promise<readonly string[]> {
    try {
      return await read();
    } catch (thrown) {
      const error = toSyncError(thrown);
      log.warn({ code: error.code, error }, 'the mapping could not be read; the last good one stays in force');
      return [error.message];
    }
  }

  async function catchUp(): Promise<void> {
    const kept = await store.setting(keptUnder);
    if (kept === null || kept === text) return;
    text = kept;
    current = readKept(kept);
    log.info({ fields: current.fields.length }, 'a mapping another process has read came into force');
  }

  return { current: () => current, findings: () => findings, read, reload, catchUp };
}
