/** What colleagues do in the Partner Center portal, and what is done on both sides at once. */
import { at, plainValue, type Acts, type Cast } from './cast.ts';
import { listFields, plainFields, type ListField } from './history.ts';
import { origins } from './template.ts';
import type { World } from './world.ts';

export function portalActs(world: World, cast: Cast): Acts {
  const { org, center, history } = world;
  const { owns, pairs, partnered, live, note, editCrm, editPortal, later } = cast;
  return {
    'edit in the portal': (doing) => {
      const pair = partnered(doing);
      const field = at(plainFields, doing.a);
      return pair && field ? editPortal(pair.referralId, field, plainValue[field](doing), 'a colleague in the portal') : null;
    },
    'both edit': (doing) => {
      const pair = partnered(doing);
      const field = at(plainFields, doing.a);
      if (
        !pair ||
        !field ||
        pair.opportunityId === null ||
        live({ ...doing, deal: pairs().findIndex((one) => one.opportunityId === pair.opportunityId) }) === null
      )
        return null;
      const ours = field === 'intent' ? plainValue[field](doing) : plainValue[field]({ ...doing, number: doing.number + 5_000 });
      const done = [
        editPortal(pair.referralId, field, plainValue[field](doing), 'a colleague in the portal'),
        editCrm(pair.opportunityId, field, ours),
      ];
      return done.filter((words) => words !== null).join('; ') || null;
    },
    'a colleague edits while it is sent': (doing) => {
      const pair = partnered(doing);
      const field = at(['name', 'value', 'closeDate', 'notes'] as const, doing.a);
      if (!pair || !field || pair.opportunityId === null || org.get(pair.opportunityId)?.['IsDeleted'] === true) return null;
      const said = editCrm(pair.opportunityId, field, plainValue[field]({ ...doing, number: doing.number + 5_000 }));
      later(doing.b, () => editPortal(pair.referralId, field, plainValue[field](doing), 'a colleague in the portal'));
      return said;
    },
    'Sam edits while it is taken over': (doing) => {
      const pair = partnered(doing);
      const field = at(['name', 'value', 'closeDate', 'notes'] as const, doing.a);
      if (!pair || !field || pair.opportunityId === null) return null;
      const { opportunityId } = pair;
      const said = editPortal(
        pair.referralId,
        field,
        plainValue[field]({ ...doing, number: doing.number + 5_000 }),
        'a colleague in the portal',
      );
      const second = at(['name', 'value', 'closeDate', 'notes'] as const, (doing.a + doing.b) % 1) ?? field;
      later(doing.b, () =>
        org.get(opportunityId)?.['IsDeleted'] === true ? null : editCrm(opportunityId, second, plainValue[second](doing)),
      );
      return said;
    },
    'add in the portal': (doing) => {
      const pair = partnered(doing);
      if (!pair) return null;
      const element = doing.a < 0.5 ? `SOL-PORTAL-${doing.number}` : `portal${doing.number}@customer.example`;
      const field: ListField = doing.a < 0.5 ? 'solutions' : 'contacts';
      center.editAsPartner(pair.referralId, (draft) => {
        if (field === 'solutions')
          draft.details.requirements.solutions.push({ id: element, name: `Solution ${doing.number}`, type: 'Name' });
        else
          draft.customerProfile.team.push({
            firstName: 'Robin',
            lastName: `Portal ${doing.number}`,
            email: element,
            phoneNumber: `+44 20 7946 ${1000 + doing.number}`,
          });
      });
      note('partner', pair.referralId, field, { kind: 'add', element });
      return `a colleague in the portal adds ${element}`;
    },
    'remove in the portal': (doing) => {
      const pair = partnered(doing);
      const referral = pair && center.referral(pair.referralId);
      const field = at(listFields, doing.a);
      if (!pair || !referral || !field) return null;
      const elements = history.now(pair.referralId)?.lists[field] ?? [];
      const element = at(elements, doing.b);
      if (element === undefined || elements.length < 2) return null;
      center.editAsPartner(pair.referralId, (draft) => {
        if (field === 'solutions')
          draft.details.requirements.solutions = draft.details.requirements.solutions.filter(({ id }) => id !== element);
        else draft.customerProfile.team = draft.customerProfile.team.filter(({ email }) => email?.toLowerCase() !== element);
      });
      note('partner', pair.referralId, field, { kind: 'remove', element });
      return `a colleague in the portal removes ${element}`;
    },
    'close in the portal': (doing) => {
      const pair = partnered(doing);
      const referral = pair && center.referral(pair.referralId);
      if (!pair || referral?.status !== 'Active') return null;
      const won = doing.a < 0.5;
      center.editAsPartner(pair.referralId, (draft) =>
        Object.assign(draft, { status: 'Closed', substatus: won ? 'Won' : 'Lost', statusReason: won ? null : 'Requirement not met' }),
      );
      return `a colleague in the portal closes "${referral.name}" as ${won ? 'won' : 'lost'}`;
    },
    'answer in the portal': (doing) => {
      const waiting = owns().find(({ status }) => status === 'New');
      if (!waiting) return null;
      const yes = doing.a < 0.7;
      center.editAsPartner(waiting.id, (draft) =>
        Object.assign(
          draft,
          yes ? { status: 'Active', substatus: 'Accepted' } : { status: 'Closed', substatus: 'Declined', statusReason: 'Not a customer' },
        ),
      );
      return `a colleague in the portal ${yes ? 'accepts' : 'declines'} "${waiting.name}"`;
    },
    'make a deal in the portal': (doing) => {
      const body = {
        name: `Portal deal of entry ${doing.number}`,
        type: 'Independent',
        qualification: 'SalesQualified',
        customerProfile: {
          name: `Customer ${doing.number}`,
          address: { addressLine1: '1 High Street', city: 'Leeds', postalCode: 'LS1 1AA', country: 'GB' },
          team: [{ firstName: 'Ada', lastName: 'Muster', phoneNumber: '+441130000000', email: `ada${doing.number}@customer.example` }],
        },
        consent: {
          consentToToShareInfoWithOthers: true,
          consentToContact: true,
          consentToMicrosoftToContactSpecificPartners: true,
          consentToShareReferralWithMicrosoftSellers: false,
        },
        details: {
          dealValue: 5_000 + doing.number,
          currency: 'USD',
          closingDateTime: '2026-12-01T00:00:00Z',
          requirements: {
            solutions: [{ id: 'SOL-CRI', name: 'Contoso Retail Insights', type: 'Name' }],
            additionalRequirements: { attributes: [{ type: 'CustomerMarketplaceIntent', id: 'No' }] },
          },
        },
        team: [{ firstName: 'Sam', lastName: 'Seller', phoneNumber: '+46 8 555 0110', email: 'sam@contoso.example' }],
      };
      const token = world.signIn.tokenOfAPerson();
      void center.service({
        method: 'POST',
        url: '/v1.0/engagements/referrals',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', host: new URL(origins.referrals).host },
        body: Buffer.from(JSON.stringify(body)),
      });
      return `a colleague makes a deal in the portal`;
    },
  };
}
