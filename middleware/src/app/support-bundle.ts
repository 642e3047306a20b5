/**
 * The support bundle: what someone who helps from outside needs to see, and nothing that belongs to a customer. It is made of what is
 * chosen here, not of everything with parts taken out: a setting, an audit part or a finding that is not named below is not told.
 */
import type { AuditEntry } from '../domain/audit-line.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { Config } from '../config.ts';
import { settings } from '../settings.ts';
import type { Health } from '../sync/ports.ts';
import type { Core } from './core.ts';
import { packageVersion, version } from './version.ts';

const mostEntries = 200;
const mostParked = 200;

/** Settings whose text may be told as it is. Numbers and switches always may, of an address only its origin; the rest is "set". */
const plain: ReadonlySet<string> = new Set([
  'COSELL_ORG_ID',
  'COSELL_ALLOW_SANDBOX',
  'COSELL_PUBSUB_ENDPOINT',
  'COSELL_TENANT_ID',
  'COSELL_CLIENT_ID',
  'COSELL_PARTNER_ORGANIZATION',
  'COSELL_PARTNER_LOCATIONS',
  'COSELL_CERTIFICATE_HOSTS',
  'COSELL_CERTIFICATE_SUBJECTS',
  'COSELL_HOST',
  'COSELL_LOG_LEVEL',
  'COSELL_LOG_FORMAT',
]);

type Told = string | number | boolean | readonly string[];

function tellSetting(name: string, secret: boolean, value: unknown): Told {
  if (value === null || value === undefined) return 'not set';
  if (secret) return 'set';
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (plain.has(name)) return value as string | readonly string[];
  return typeof value === 'string' && /^https?:/.test(value) && URL.canParse(value) ? new URL(value).origin : 'set';
}

/** Every setting: its value where it may be told, else whether it is set. */
export function tellSettings(config: Config): { readonly [name: string]: Told } {
  const names = Object.keys(settings) as (keyof Config)[];
  return Object.fromEntries(names.map((name) => [name, tellSetting(name, 'secret' in settings[name], config[name])]));
}

/** Ids of vendors' requests as they look; anything else a remote put there is left out. */
const requestId = (text: string | null): string | null => (text !== null && /^[\w-]{1,64}$/.test(text) ? text : null);

/** When, what and how it ended; no value, no person, no sentence. */
const tellEntry = (linkId: string, { at, way, act, result, code, changes, requestId: id }: AuditEntry): object => ({
  linkId,
  at: time(at),
  way,
  act,
  result,
  code,
  fields: changes.map(({ field }) => field),
  requestId: requestId(id),
});

const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** Which field goes where and how. Default values and value maps hold an admin's words, so only how many there are is told. */
function tellMapping({ fields, values, settings: switches }: Mapping): object {
  const { activeStage, onHoldStage, wonStage, lostStage, defaultOwner, ...rest } = switches;
  const lines: { [map: string]: number } = {};
  for (const { map } of values) lines[map] = (lines[map] ?? 0) + 1;
  return {
    fields: fields.map(
      ({ record, field, crmPath, direction, onCreate, onUpdate, owner, transform, limit, confidential, defaultValue }) => ({
        record,
        field,
        crmPath,
        direction,
        onCreate,
        onUpdate,
        owner,
        transform,
        limit,
        confidential,
        hasDefault: defaultValue !== null,
      }),
    ),
    valueLines: lines,
    settings: {
      ...rest,
      stagesSet: [activeStage, onHoldStage, wonStage, lostStage].filter((stage) => stage !== null).length,
      defaultOwnerSet: defaultOwner !== null,
    },
  };
}

/** State and figures without the sentences, which may quote an operator or a value of the org. */
const tellHealth = ({
  state,
  backlog,
  oldestDirty,
  parked,
  links,
  apiUsed,
  apiLimit,
  webhookState,
  tokenAgeDays,
  lastSweepAt,
  cadence,
  parkedCauses,
}: Health): object => ({
  state,
  backlog,
  oldestUnsentAt: time(oldestDirty),
  parked,
  links,
  apiUsed,
  apiLimit,
  webhookState,
  signInAgeDays: tokenAgeDays,
  lastSweepAt: time(lastSweepAt),
  cadence,
  parkedCauses,
});

export async function supportBundle(core: Core, health: Health): Promise<object> {
  const { config, store, engine, mapping, system } = core;
  const now = system.now();
  const [figures, parked] = await Promise.all([store.supportFigures(mostEntries), store.parked(mostParked)]);
  return {
    format: 'cosell support bundle',
    at: time(now),
    versions: { service: version, package: packageVersion, node: process.versions.node, platform: `${process.platform} ${process.arch}` },
    process: { upSeconds: Math.round(process.uptime()), memoryMegabytes: Math.round(process.memoryUsage().rss / 1_048_576) },
    orgId: engine.orgId === '' ? null : engine.orgId,
    standstill: engine.standstill()?.code ?? null,
    health: tellHealth(health),
    settings: tellSettings(config),
    store: {
      kind: store.kind,
      rows: figures.rows,
      streams: figures.streams.map(({ stream, movedAt }) => ({
        stream,
        movedAt: time(movedAt),
        ageSeconds: Math.round((now - movedAt) / 1_000),
      })),
    },
    parked: parked.map(({ key, code, since, opportunityId, referralId }) => ({ key, code, since: time(since), opportunityId, referralId })),
    mapping: {
      ...tellMapping(mapping.current()),
      findings: mapping.findings().map(({ code, weight, record, field }) => ({ code, weight, record: record ?? null, field })),
    },
    audit: figures.entries.map(({ linkId, entry }) => tellEntry(linkId, entry)),
  };
}
