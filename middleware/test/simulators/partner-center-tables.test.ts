import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readFileSync } from 'node:fs';

import { frozenTable } from '../../simulators/partner-center/frozen.ts';
import { moves, statusTable } from '../../simulators/partner-center/lifecycle.ts';
import type { Referral, Status } from '../../simulators/partner-center/model.ts';
import { valueAt } from '../../simulators/partner-center/patch.ts';
import { rules } from '../../simulators/partner-center/rules.ts';
import { switchTable } from '../../simulators/partner-center/switches.ts';
import { attackNames } from '../../simulators/partner-center/attacks.ts';
import {
  bench,
  contact,
  coSell,
  create,
  errorOf,
  legBody,
  listPath,
  privateDeal,
  sharedDeal,
  type Bench,
} from './partner-center-harness.ts';
import type { Json } from '../../simulators/partner-center/model.ts';

interface Without {
  /** A body that breaks exactly this rule. */
  readonly body: object;
  readonly options?: Parameters<typeof bench>[0];
  readonly asLeg?: boolean;
}

function edited(base: object, path: string, value: unknown): object {
  const copy = structuredClone(base) as { [name: string]: unknown };
  const names = path.slice(1).split('/');
  const last = names.pop() ?? '';
  let at = copy;
  for (const name of names) at = at[name] as { [name: string]: unknown };
  at[last] = value;
  return copy;
}

const own = { id: 'SOL-00001-ABC', name: 'Example Suite', kind: 'own' } as const;
const many = <T>(item: T): T[] => Array.from({ length: 51 }, () => item);
const attributes = '/details/requirements/additionalRequirements/attributes';
const solutions = '/details/requirements/solutions';

/** For every rule of creation: how to break it. */
const broken: { readonly [key: string]: Without } = {
  'V2 /customerProfile/name': { body: edited(privateDeal, '/customerProfile/name', ' ') },
  'V2 /customerProfile/address/addressLine1': { body: edited(privateDeal, '/customerProfile/address/addressLine1', null) },
  'V2 /customerProfile/address/city': { body: edited(privateDeal, '/customerProfile/address/city', '') },
  'V3 /customerProfile/address/country': { body: edited(privateDeal, '/customerProfile/address/country', 'United Kingdom') },
  'V4 /customerProfile/team': { body: edited(sharedDeal, '/customerProfile/team', [{ ...contact, phoneNumber: '' }]), asLeg: true },
  [`V5 ${solutions}`]: { body: edited(privateDeal, solutions, []) },
  'V6 /team': { body: edited(privateDeal, '/team', [{ ...privateDeal.team[0], email: null }]) },
  'V7 /details/dealValue': { body: edited(privateDeal, '/details/dealValue', null) },
  'V7 /details/currency': { body: edited(privateDeal, '/details/currency', 'POUND') },
  'V7 /details/closingDateTime': { body: edited(privateDeal, '/details/closingDateTime', null) },
  'V7 /name': { body: edited(privateDeal, '/name', '') },
  'V8 /consent/consentToToShareInfoWithOthers': { body: edited(privateDeal, '/consent/consentToToShareInfoWithOthers', false) },
  [`V9 ${solutions}`]: { body: edited(privateDeal, solutions, many(privateDeal.details.requirements.solutions[0])) },
  'V9 /team': { body: edited(privateDeal, '/team', many(privateDeal.team[0])) },
  [`V10 ${attributes}`]: { body: edited(privateDeal, attributes, [{ type: 'CustomerMarketplaceIntent', id: 'Maybe' }]) },
  [`V11 ${attributes}`]: { body: sharedDeal, asLeg: true, options: { catalogue: [{ ...own, services: true }] } },
  [`V14 ${solutions}`]: { body: privateDeal, options: { catalogue: [{ ...own, mpnId: '7654321' }] } },
  [`V15 ${solutions}`]: { body: privateDeal, options: { catalogue: [{ ...own, kind: 'third party' }] } },
};

for (const rule of rules.filter(({ on }) => on !== 'update')) {
  const key = `${rule.id} ${rule.path}`;

  test(`a deal is refused when: ${rule.says} (${rule.id})`, async () => {
    const without = broken[key];
    assert.ok(without, `this test does not know how to break ${key}`);
    const world = bench(without.options);
    const engagementId = without.asLeg ? world.center.referral(await create(world, sharedDeal))?.engagementId : undefined;
    const body = without.asLeg
      ? { ...without.body, engagementId, target: [{ type: 'BusinessProfileLocation', id: 'msft' }] }
      : without.body;

    const refused = await world.call('POST', listPath, { body });

    assert.equal(refused.status, 400);
    assert.deepEqual(errorOf(refused), { code: 'invalidRequest', target: rule.path, inner: rule.id });
  });

  test(`with the rule off a deal is taken although: ${rule.says} (${rule.id})`, async () => {
    const without = broken[key];
    assert.ok(without);
    const world = bench({ ...without.options, switches: { rulesOff: [rule.id] } });
    const engagementId = without.asLeg ? world.center.referral(await create(world, sharedDeal))?.engagementId : undefined;
    const body = without.asLeg
      ? { ...without.body, engagementId, target: [{ type: 'BusinessProfileLocation', id: 'msft' }] }
      : without.body;

    assert.equal((await world.call('POST', listPath, { body })).status, 201);
  });
}

for (const name of ['type', 'customerProfile', 'consent', 'details'] as const) {
  test(`a deal without ${name} is refused (V1)`, async () => {
    const refused = await bench().call('POST', listPath, { body: { ...privateDeal, [name]: undefined } });

    assert.deepEqual([refused.status, errorOf(refused).inner], [400, 'V1']);
  });
}

for (const value of [0, null, -5]) {
  test(`the deal value cannot be changed to ${String(value)} (V18)`, async () => {
    const world = bench();
    const id = await create(world);

    const refused = await world.call('PATCH', `${listPath}/${id}`, { body: [{ op: 'replace', path: '/details/dealValue', value }] });

    assert.deepEqual([refused.status, errorOf(refused).inner], [400, 'V18']);
  });
}

/** A value that differs from the present one, of the kind that stands there. */
function other(referral: Referral, path: string): Json {
  const now = valueAt(referral, path) ?? null;
  if (path === '/type') return now === 'Shared' ? 'Independent' : 'Shared';
  if (path.endsWith('assistanceRequestCode')) return 'GeneralOrOther';
  if (path === '/direction') return 'Incoming';
  if (path === '/qualification') return 'Direct';
  if (path.endsWith('size')) return '1to9employees';
  if (typeof now === 'boolean') return !now;
  if (Array.isArray(now)) return [];
  return typeof now === 'object' && now !== null ? {} : path.endsWith('DateTime') ? '2030-01-01T00:00:00Z' : 'changed';
}

/** How to get a referral into the condition a row speaks of; null when a switch makes the row hold. */
const situations: { readonly [when: string]: (world: Bench) => Promise<string> } = {
  always: (world) => create(world),
  'after creation': (world) => create(world),
  'after the first co-sell request': async (world) => (await coSell(world)).id,
  'once set to yes': (world) => create(world, sharedDeal),
  'once a value is given': (world) => create(world, { ...sharedDeal, inviteContext: { assistanceRequestCode: 'QuotesOrLicensing' } }),
  'after Won, Lost, Declined, Expired or Error': async (world) => {
    const id = await create(world);
    world.center.microsoft.setState(id, 'Closed', 'Lost', 'Budget');
    return id;
  },
};
const strict = { customerSizeFrozen: true, typeChangeable: false };

for (const { when, paths } of frozenTable) {
  for (const path of paths.map((frozen) => (frozen === '' ? '/name' : frozen))) {
    test(`${path} is frozen ${when}`, async () => {
      const world = bench({ switches: strict });
      const id = (await situations[when]?.(world)) ?? '';
      const before = world.center.referral(id);
      assert.ok(before);

      const refused = await world.call('PATCH', `${listPath}/${id}`, { body: [{ op: 'replace', path, value: other(before, path) }] });

      assert.equal(refused.status, 400);
      assert.equal(errorOf(refused).inner, 'frozenField');
      assert.deepEqual(world.center.referral(id), before);
      assert.equal(world.center.refusedWrites.at(-1)?.target, path);
    });
  }
}

test('contacts, note and kind of help can be changed as long as Microsoft was not asked', async () => {
  const world = bench();
  const id = await create(world);

  const { status } = await world.call('PATCH', `${listPath}/${id}`, {
    body: [
      { op: 'replace', path: '/customerProfile/team', value: [] },
      { op: 'replace', path: '/inviteContext/notes', value: 'Hello' },
      { op: 'replace', path: '/inviteContext/assistanceRequestCode', value: 'GeneralOrOther' },
      { op: 'replace', path: '/customerProfile/size', value: '1to9employees' },
    ],
  });

  assert.equal(status, 204);
});

test('frozen changes can be dropped silently, by a switch, while the others are taken', async () => {
  const world = bench({ switches: { frozenWrite: 'ignored' } });
  const id = await create(world);

  const { status } = await world.call('PATCH', `${listPath}/${id}`, {
    body: [
      { op: 'replace', path: '/customerProfile/name', value: 'Other' },
      { op: 'replace', path: '/name', value: 'Renamed' },
    ],
  });

  const after = world.center.referral(id);
  assert.deepEqual([status, after?.customerProfile.name, after?.name], [204, 'Northwind Traders', 'Renamed']);
});

const states = Object.entries(statusTable).flatMap(([status, { substatus }]) => substatus.map((word) => [status as Status, word] as const));

for (const [from, fromWord] of states.filter(([status]) => status !== 'None')) {
  for (const [to, toWord] of states) {
    const same = from === to && fromWord === toWord;
    const move = moves.find((row) => row.from === from && row.to === to && row.substatus === toWord && row.actors.includes('partner'));
    const allowed = from !== 'Closed' && (same || move !== undefined);

    test(`the partner ${allowed ? 'can' : 'cannot'} bring a deal from ${from}/${fromWord} to ${to}/${toWord}`, async () => {
      const world = bench();
      const id = await create(world);
      world.center.microsoft.setState(id, from, fromWord);

      const { status } = await world.call('PATCH', `${listPath}/${id}`, {
        body: [
          { op: 'replace', path: '/status', value: to },
          { op: 'replace', path: '/substatus', value: toWord },
          { op: 'replace', path: '/statusReason', value: 'Customer did not respond' },
        ],
      });

      assert.equal(status, allowed ? 204 : 400);
      const after = world.center.referral(id);
      assert.deepEqual([after?.status, after?.substatus], allowed ? [to, toWord] : [from, fromWord]);
    });
  }
}

for (const { to, substatus, from } of moves.filter(({ reason, actors }) => reason && actors.includes('partner'))) {
  test(`a deal goes from ${from} to ${to}/${substatus} with a reason only`, async () => {
    const world = bench();
    const id = await create(world);
    world.center.microsoft.setState(id, from, from === 'New' ? 'Pending' : 'Accepted');

    const refused = await world.call('PATCH', `${listPath}/${id}`, {
      body: [
        { op: 'replace', path: '/status', value: to },
        { op: 'replace', path: '/substatus', value: substatus },
      ],
    });

    assert.deepEqual([refused.status, errorOf(refused).target], [400, '/statusReason']);
  });
}

test('a status without its substatus is refused, or completed by a switch', async () => {
  const world = bench();
  const { id } = world.center.microsoft.sendDeal();
  const accept = (): Promise<{ status: number }> =>
    world.call('PATCH', `${listPath}/${id}`, { body: [{ op: 'replace', path: '/status', value: 'Active' }] });

  const refused = await accept();
  world.center.switches.statusAlone = 'completed';
  const completed = await accept();

  assert.deepEqual([refused.status, completed.status, world.center.referral(id)?.substatus], [400, 204, 'Accepted']);
});

test('asking Microsoft twice makes two legs, or is refused by a switch', async () => {
  const world = bench();
  const { engagementId } = await coSell(world);

  const second = await world.call('POST', listPath, { body: legBody(engagementId) });
  world.center.switches.secondMicrosoftLeg = 'refused';
  const third = await world.call('POST', listPath, { body: legBody(engagementId) });

  assert.deepEqual([second.status, third.status], [201, 409]);
});

test('the README names every switch with its default, and every attack', () => {
  const readme = readFileSync(new URL('../../simulators/partner-center/README.md', import.meta.url), 'utf8').replace(/ +/g, ' ');
  const rows = Object.entries(switchTable).map(([name, { value }]) => `| \`${name}\` | \`${JSON.stringify(value).replaceAll('"', '')}\` |`);

  assert.deepEqual(
    rows.filter((row) => !readme.includes(row)),
    [],
  );
  assert.deepEqual(
    attackNames.filter((name) => !readme.includes(`| \`${name}\` |`)),
    [],
  );
});
