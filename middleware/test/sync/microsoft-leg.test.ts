/** What Microsoft was asked, when the answer to the request never came. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Base, Deal } from '../../src/domain/deal.ts';
import { nextBase } from '../../src/domain/merge.ts';
import { askedBase } from '../../src/sync/microsoft-leg.ts';
import type { CrmSnapshot, PartnerSnapshot } from '../../src/sync/ports.ts';

const crm = (deal: Deal): CrmSnapshot => ({ deal }) as unknown as CrmSnapshot;
const partner = (deal: Deal): PartnerSnapshot => ({ deal }) as unknown as PartnerSnapshot;
const before: Base = { crm: { help: null, notes: 'n' }, partner: { help: null, notes: 'n' } };

test('What Microsoft was asked is agreed on, also when the seller has chosen another kind of help since', () => {
  const base = askedBase(before, crm({ help: 'GeneralOrOther' }), partner({ help: 'QuotesOrLicensing' }));
  const asked: Base = { crm: { help: 'QuotesOrLicensing', notes: 'n' }, partner: { help: 'QuotesOrLicensing', notes: 'n' } };

  assert.deepEqual(base, asked);
  assert.deepEqual(nextBase(base, { help: 'GeneralOrOther' }, { help: 'QuotesOrLicensing' }, ['help']), asked, 'it stays in sight');
});

test("Help that a colleague asked for in Partner Center, and that no seller wrote down, is not taken for the seller's", () => {
  assert.equal(askedBase(before, crm({ help: null }), partner({ help: 'QuotesOrLicensing' })), before);
});

test('What was agreed on before is left as it is', () => {
  const agreed: Base = { crm: { help: 'GeneralOrOther' }, partner: { help: 'GeneralOrOther' } };
  assert.equal(askedBase(agreed, crm({ help: 'QuotesOrLicensing' }), partner({ help: 'GeneralOrOther' })), agreed);
});
