/** Deal registration: who can ask for it, and what a request has to say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Deal } from '../../src/domain/deal.ts';
import { deployments, registrationOf, whyNotRegistered } from '../../src/domain/registration.ts';

const solution = { id: 'SOL-1', name: 'Suite' };
const won: Deal = {
  state: 'won',
  value: 50_000,
  currency: 'GBP',
  closeDate: '2026-11-20',
  solutions: [solution],
  visible: true,
  help: 'ProofOfConceptOrDemo',
};
const [words = ''] = Object.keys(deployments);
const problemsOf = (deal: Deal, reason: string | null, note: string | null): string => {
  const read = registrationOf(deal, { reason, note });
  return 'problems' in read ? read.problems.join(' ') : '';
};

test('a deal with one solution needs no more than where it runs and how it is priced', () => {
  assert.deepEqual(registrationOf(won, { reason: words, note: null }), {
    registration: {
      onAzure: true,
      deployedOn: 'Customer',
      pricing: 'PayAsYouGo',
      solutionId: 'SOL-1',
      value: 50_000,
      currency: 'GBP',
      signedOn: '2026-11-20',
      startsOn: '2026-11-20',
      endsOn: null,
      marketplaceOn: null,
    },
  });
});

test('the note says what the deal does not hold, one in a line, in any case', () => {
  const read = registrationOf(
    { ...won, solutions: [solution, { id: 'SOL-2', name: null }] },
    { reason: words, note: 'Signed: 2026-11-01\n\nstart: 2026-12-01\r\nEND: 2027-12-01\nmarketplace: 2026-11-02\nsolution: SOL-2' },
  );
  assert.ok('registration' in read);
  const { solutionId, signedOn, startsOn, endsOn, marketplaceOn } = read.registration;
  assert.deepEqual(
    [solutionId, signedOn, startsOn, endsOn, marketplaceOn],
    ['SOL-2', '2026-11-01', '2026-12-01', '2027-12-01', '2026-11-02'],
  );
});

test('what is missing or wrong is said in words, all at once', () => {
  assert.match(problemsOf(won, null, null), /where the solution runs/);
  assert.match(problemsOf(won, 'Somewhere', null), /where the solution runs/);
  assert.match(problemsOf({ ...won, solutions: [solution, { id: 'SOL-2', name: null }] }, words, null), /which solution/);
  assert.match(problemsOf(won, words, 'solution: SOL-9'), /does not carry the solution SOL-9/);
  assert.match(problemsOf(won, words, 'signed: yesterday\ncolour: blue'), /needs a day .*"colour: blue" is not understood/);
  assert.match(problemsOf(won, words, 'start: 2026-12-01\nend: 2026-11-01'), /ends before it begins/);
  assert.match(problemsOf({ ...won, closeDate: null }, words, null), /when the contract was signed/);
  assert.match(problemsOf({ ...won, value: 0 }, words, null), /no value/);
});

test('only a won deal that Microsoft can see is registered, a co-sell deal once Microsoft has accepted it', () => {
  assert.equal(whyNotRegistered(won, 'Active / Accepted'), null);
  assert.equal(whyNotRegistered(won, 'Closed / Won'), null);
  assert.equal(whyNotRegistered({ ...won, help: null }, null), null, 'partner-led');
  assert.match(whyNotRegistered(won, 'Closed / Declined') ?? '', /accepted or won/);
  assert.match(whyNotRegistered(won, null) ?? '', /accepted or won/);
  assert.match(whyNotRegistered({ ...won, help: null, visible: false }, null) ?? '', /private/);
  assert.match(whyNotRegistered({ ...won, state: 'lost' }, 'Active / Accepted') ?? '', /won deal/);
});

test('the panel offers exactly the words the service knows', async () => {
  const panel = new URL('../../../force-app/main/default/lwc/partnerCenterRules/settings.js', import.meta.url).href;
  const { registrationChoices } = (await import(panel)) as { registrationChoices: readonly string[] };
  assert.deepEqual(registrationChoices, Object.keys(deployments));
});
