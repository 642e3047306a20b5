/** Changes of a Deal → JSON Patch of exactly the changed paths (API §4.4: `replace` and `add` only). */
import type { Deal, FieldName } from '../domain/deal.ts';
import { fields } from '../domain/fields.ts';
import type { Registration } from '../domain/registration.ts';
import type { RefusedField } from '../sync/ports.ts';
import { attributesOnTheWire, idsOnTheWire, isRawObject, membersOnTheWire, solutionsOnTheWire } from './people.ts';
import { pairFor } from './state.ts';
import { dayOnTheWire } from './text.ts';
import { attributeTypes } from './translate.ts';

export interface PatchOperation {
  readonly op: 'replace' | 'add';
  readonly path: string;
  readonly value: unknown;
}

export interface Patch {
  readonly operations: readonly PatchOperation[];
  /** Fields of the request that no PATCH of our referral can change. */
  readonly refused: readonly RefusedField[];
}

const frozen = (field: FieldName, message: string): RefusedField => ({ field, code: 'DEAL_FROZEN', message });

/** Value at a `/`-separated path; undefined when an object on the way is missing. */
export function rawAt(raw: unknown, path: string): unknown {
  return path.split('/').reduce<unknown>((at, name) => (isRawObject(at) ? at[name] : undefined), raw);
}

/**
 * One operation that sets `path`. Where an object on the way is missing, it is added with the value inside, because a
 * pointer into nothing is an error (RFC 6902).
 */
function setting(raw: unknown, path: string, value: unknown): PatchOperation {
  const names = path.split('/');
  for (let depth = 1; depth < names.length; depth += 1) {
    const parent = names.slice(0, depth).join('/');
    if (isRawObject(rawAt(raw, parent))) continue;
    const nested = names.slice(depth).reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
    return { op: 'add', path: `/${parent}`, value: nested };
  }
  return { op: rawAt(raw, path) === undefined ? 'add' : 'replace', path: `/${path}`, value };
}

/** Operations under one missing parent would replace each other, so they are folded into one. */
function folded(operations: readonly PatchOperation[]): readonly PatchOperation[] {
  const byPath = new Map<string, PatchOperation>();
  for (const operation of operations) {
    const before = byPath.get(operation.path);
    byPath.set(operation.path, before ? { ...operation, value: joined(before.value, operation.value) } : operation);
  }
  return [...byPath.values()];
}

function joined(a: unknown, b: unknown): unknown {
  if (!isRawObject(a) || !isRawObject(b)) return b;
  const both: { [name: string]: unknown } = { ...a };
  for (const [name, value] of Object.entries(b)) both[name] = name in a ? joined(a[name], value) : value;
  return both;
}

const attributesPath = 'details/requirements/additionalRequirements/attributes';
type AttributeField = keyof typeof attributeTypes;
const isAttributeField = (field: FieldName): field is AttributeField => field in attributeTypes;

function statePair(set: Deal): readonly PatchOperation[] {
  const pair = set.state === undefined ? null : pairFor(set.state);
  if (pair === null) return [];
  // Both together, or the service refuses the pair (API §4.4).
  return [
    { op: 'replace', path: '/status', value: pair.status },
    { op: 'replace', path: '/substatus', value: pair.substatus },
  ];
}

/** Value on the wire for the fields that stand at one path of our referral. */
function wireValue(field: FieldName, set: Deal, raw: unknown): unknown {
  switch (field) {
    case 'closeDate':
      return set.closeDate === null || set.closeDate === undefined ? null : dayOnTheWire(set.closeDate);
    case 'contacts':
    case 'team':
      return membersOnTheWire(set[field] ?? [], rawAt(raw, fields[field].path));
    case 'solutions':
      return solutionsOnTheWire(set.solutions ?? [], rawAt(raw, fields.solutions.path));
    case 'customerDuns':
      return idsOnTheWire(set.customerDuns ?? null, rawAt(raw, fields.customerDuns.path));
    default:
      return set[field];
  }
}

function refusal(field: FieldName, set: Deal, raw: unknown): RefusedField | null {
  const facts = fields[field];
  if (facts.frozen === 'always') return frozen(field, `${facts.label} is written by Microsoft only.`);
  if (facts.path.startsWith('leg:')) return frozen(field, `${facts.label} is sent once, when Microsoft is asked for help.`);
  if (field === 'state' && set.state !== undefined && pairFor(set.state) === null)
    return frozen(field, `A deal cannot be set to "${set.state}".`);
  if (field === 'visible' && set.visible === false && rawAt(raw, facts.path) === true) {
    return frozen(field, 'A deal that is visible to Microsoft sellers stays visible.');
  }
  return null;
}

const consentFlags = ['consentToToShareInfoWithOthers', 'consentToContact', 'consentToMicrosoftToContactSpecificPartners'] as const;

/** The three flags go together, because a seller confirms one consent (API §5.4). */
export const consentOnTheWire = (consent: boolean): { [flag: string]: boolean } =>
  Object.fromEntries(consentFlags.map((flag) => [flag, consent]));

/** @param raw body of the referral as read: unknown properties of the lists it holds are kept. */
export function toPatch(set: Deal, raw: unknown): Patch {
  const operations: PatchOperation[] = [];
  const refused: RefusedField[] = [];
  const attributes = new Map<string, string | null>();
  for (const field of Object.keys(set) as FieldName[]) {
    if (set[field] === undefined) continue;
    const no = refusal(field, set, raw);
    if (no) refused.push(no);
    else if (isAttributeField(field)) attributes.set(attributeTypes[field], set[field] ?? null);
    else if (field === 'state') operations.push(...statePair(set));
    else if (field === 'consent') {
      for (const [flag, value] of Object.entries(consentOnTheWire(set.consent ?? false)))
        operations.push(setting(raw, `consent/${flag}`, value));
    } else operations.push(setting(raw, fields[field].path, wireValue(field, set, raw)));
  }
  if (attributes.size > 0) operations.push(setting(raw, attributesPath, attributesOnTheWire(attributes, rawAt(raw, attributesPath))));
  return { operations: folded(operations), refused };
}

/** Appends a deal registration (API §9). */
export function registrationPatch(registration: Registration, raw: unknown): PatchOperation {
  const { currency, value, endsOn, marketplaceOn } = registration;
  const wire = {
    type: 'AzureIPCoSell',
    contract: {
      currency,
      value,
      term: endsOn === null ? 'Perpetual' : 'Finite',
      signDateTime: dayOnTheWire(registration.signedOn),
      startDateTime: dayOnTheWire(registration.startsOn),
      endDateTime: endsOn === null ? null : dayOnTheWire(endsOn),
    },
    solutionDetails: [
      {
        id: registration.solutionId,
        currency,
        value,
        isDeployedOnAzure: registration.onAzure,
        primaryDeploymentOn: registration.deployedOn,
        pricingModel: registration.pricing,
        marketplaceTransactionDetails: {
          isMarketplaceTransacted: marketplaceOn !== null,
          marketplaceTransactionDateTime: marketplaceOn === null ? null : dayOnTheWire(marketplaceOn),
        },
      },
    ],
  };
  return Array.isArray(rawAt(raw, 'registrations'))
    ? { op: 'add', path: '/registrations/-', value: wire }
    : { op: 'add', path: '/registrations', value: [wire] };
}
