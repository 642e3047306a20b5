/** PATCH and PUT (API §4.4, §4.5): guards, frozen fields, moves and rules, then one atomic write. */
import { isDeepStrictEqual } from 'node:util';

import type { Access } from './access.ts';
import { asDraft, filled } from './compose.ts';
import { checkLimits, dayMs } from './create.ts';
import { frozenBecause, frozenTable, type FreezeFacts } from './frozen.ts';
import { checkMove } from './lifecycle.ts';
import { referralShape, type Json, type JsonObject, type Referral } from './model.ts';
import { applyOperations, readOperations, valueAt, type Operation } from './patch.ts';
import { Refusal } from './refusal.ts';
import { firstBroken } from './rules.ts';
import { bind } from './shape.ts';
import { isMicrosofts } from './state.ts';
import type { World } from './world.ts';

/** The guard of concurrent writes, in one place (API §3, §4.4). Throws `Refusal` 412. */
export function checkIfMatch(before: Referral, ifMatch: string | undefined, { switches }: World): void {
  if (ifMatch === undefined || ifMatch === '*' || ifMatch === before.eTag) return;
  throw new Refusal(412, switches.staleCode, 'The referral has changed since it was read.', { target: 'eTag' });
}

function checkWriter(before: Referral, access: Access, world: World): void {
  if (isMicrosofts(before)) throw new Refusal(403, 'accessDenied', "Microsoft's referral is read-only for the partner.");
  if (access.role === 'referrals user' && !world.switches.referralsUserWrites) {
    throw new Refusal(403, 'accessDenied', 'A Referrals user can read deals only.');
  }
}

/** Applies the operations, all or none, and gives back the stored referral. */
export function patchReferral(world: World, access: Access, before: Referral, body: Json, ifMatch: string | undefined): Referral {
  checkWriter(before, access, world);
  checkIfMatch(before, ifMatch, world);
  const operations = changeable(world, before, readOperations(body, referralShape));
  const after = filled(asDraft(bind(applyOperations(before, operations), referralShape) as JsonObject));
  return finish(
    world,
    before,
    after,
    operations.map(({ path }) => path),
  );
}

/** Whole-object update (API §4.5): a frozen value that differs counts as a change of it. */
export function putReferral(world: World, access: Access, before: Referral, body: Json, ifMatch: string | undefined): Referral {
  checkWriter(before, access, world);
  if (ifMatch === undefined)
    throw new Refusal(world.switches.putWithoutIfMatch, 'preconditionFailed', 'PUT needs If-Match.', { target: 'eTag' });
  checkIfMatch(before, ifMatch, world);
  const bound = bind(body, referralShape);
  if (typeof bound !== 'object' || bound === null || Array.isArray(bound))
    throw new Refusal(400, 'invalidRequest', 'The body must be a referral.');
  const sent = filled(asDraft({ ...bound, eTag: before.eTag }));
  const facts = factsOf(world, before);
  const frozen = frozenTable.filter((rule) => rule.holds(facts)).flatMap((rule) => rule.paths);
  for (const path of frozen) {
    if (isDeepStrictEqual(valueAt(sent, path), valueAt(before, path))) continue;
    if (world.switches.frozenWrite === 'refused') throw frozenRefusal(world, path, 'frozen');
    const kept = valueAt(before, path);
    if (path !== '' && kept !== undefined) Object.assign(sent, applyOperations(sent, [{ op: 'replace', path, value: kept }]));
  }
  if (frozen.includes('') && world.switches.frozenWrite === 'ignored') return before;
  const written = Object.keys(sent)
    .map((name) => `/${name}`)
    .filter((path) => !isDeepStrictEqual(valueAt(sent, path), valueAt(before, path)));
  return finish(world, before, sent, written);
}

const factsOf = ({ state, switches }: World, referral: Referral): FreezeFacts => ({
  referral,
  shared: state.legOf(referral.engagementId) !== undefined,
  switches,
});

function frozenRefusal({ switches }: World, path: string, when: string): Refusal {
  const message = `${path || 'The referral'} cannot be changed: ${when}.`;
  return new Refusal(switches.frozenStatus, 'invalidRequest', message, { target: path, inner: { code: 'frozenField', message } });
}

function changeable(world: World, before: Referral, operations: readonly Operation[]): readonly Operation[] {
  const facts = factsOf(world, before);
  return operations.filter(({ path, value }) => {
    const rule = frozenBecause(path, facts);
    if (!rule) return true;
    if (world.switches.frozenSameValue === 'accepted' && isDeepStrictEqual(valueAt(before, path), value)) return true;
    if (world.switches.frozenWrite === 'ignored') return false;
    throw frozenRefusal(world, path, rule.when);
  });
}

function finish(world: World, before: Referral, after: Referral, written: readonly string[]): Referral {
  const { state, switches, mpnId, catalogue } = world;
  const moved = before.status !== after.status;
  if (moved && after.status === 'Active' && after.substatus === before.substatus && switches.statusAlone === 'completed')
    after.substatus = 'Accepted';
  checkMove(before, after, switches);
  checkLimits(world, after);
  const help = state.legOf(before.engagementId) !== undefined;
  const broken = firstBroken({ referral: after, help, mpnId, catalogue, switches }, written);
  if (broken)
    throw new Refusal(400, 'invalidRequest', broken.says, { target: broken.path, inner: { code: broken.id, message: broken.says } });
  if (written.some((path) => path.startsWith('/registrations'))) register(world, before, after);
  if (written.length === 0) return before;
  const stored = state.write(before.id, (draft) => Object.assign(draft, after), 'partner');
  const leg = state.legOf(before.engagementId);
  if (leg && switches.legFollowsPartner && leg.status !== 'Closed') {
    const { dealValue, currency, closingDateTime } = after.details;
    state.write(
      leg.id,
      (draft) => Object.assign(draft, { name: after.name, details: { ...draft.details, dealValue, currency, closingDateTime } }),
      'partner',
    );
  }
  return stored;
}

const registrationMinimumMs = 3 * dayMs;

/** Deal registration (API §9): only won deals; early wins fail (API §6.2). */
function register({ state, surroundings, switches }: World, before: Referral, after: Referral): void {
  if (before.substatus !== 'Won')
    throw new Refusal(400, 'invalidRequest', 'Only a won deal can be registered.', { target: '/registrations' });
  const age = Date.parse(before.closedDateTime ?? '') - Date.parse(before.createdDateTime);
  const failed = age < registrationMinimumMs && switches.earlyWinRegistration === 'failed';
  const status = failed ? 'Failed' : 'ReviewPending';
  const at = state.stamp();
  for (const registration of after.registrations) {
    registration['id'] ??= surroundings.uuid();
    registration['registrationDateTime'] ??= at;
    registration['status'] ??= status;
    registration['statusReason'] ??= failed ? 'The deal was won less than 72 hours after its creation.' : null;
    registration['statusHistory'] ??= { [failed ? 'failedDateTime' : 'reviewPendingDateTime']: at };
  }
  after.registrationStatus = status;
}
