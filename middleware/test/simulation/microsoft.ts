/** What sellers at Microsoft do. */
import { at, plainValue, type Acts, type Cast } from './cast.ts';
import type { World } from './world.ts';

export function microsoftActs(world: World, cast: Cast): Acts {
  const { center } = world;
  const { partnered, editPortal } = cast;
  return {
    'Microsoft receives': (doing) => {
      const pair = partnered(doing);
      return pair ? (center.microsoft.receive(pair.referralId), 'Microsoft has seen the request') : null;
    },
    'Microsoft accepts': (doing) => {
      const pair = partnered(doing);
      return pair ? (center.microsoft.accept(pair.referralId), `Microsoft accepts "${center.referral(pair.referralId)?.name}"`) : null;
    },
    'Microsoft declines': (doing) => {
      const pair = partnered(doing);
      return pair ? (center.microsoft.decline(pair.referralId), `Microsoft declines "${center.referral(pair.referralId)?.name}"`) : null;
    },
    'Microsoft closes its leg': (doing) => {
      const pair = partnered(doing);
      if (!pair) return null;
      if (doing.a < 0.5) center.microsoft.win(pair.referralId);
      else center.microsoft.lose(pair.referralId);
      return `Microsoft closes its leg of "${center.referral(pair.referralId)?.name}"`;
    },
    'Microsoft edits': (doing) => {
      const pair = partnered(doing);
      const field = at(['name', 'value', 'closeDate', 'notes'] as const, doing.a);
      if (!pair || !field || center.referral(pair.referralId)?.status === 'Closed') return null;
      return editPortal(pair.referralId, field, plainValue[field](doing), 'Microsoft');
    },
    'Microsoft sends a deal': (doing) => {
      const known = { name: 'Northwind Traders', city: 'Seattle', postalCode: '98101', country: 'US', addressLine1: '21 Orchard Street' };
      const fresh = {
        name: `New customer ${doing.number}`,
        city: 'Leeds',
        postalCode: 'LS1 4AP',
        country: 'GB',
        addressLine1: '1 Park Row',
      };
      const sent = center.microsoft.sendDeal({
        name: doing.a < 0.3 ? 'Northwind data platform' : `Sent deal of entry ${doing.number}`,
        dealValue: 50_000 + doing.number,
        currency: 'USD',
        customer: doing.a < 0.5 ? known : fresh,
        solutions: [{ id: 'SOL-AZURE', name: 'Azure' }],
      });
      return `Microsoft sends "${sent.name}"`;
    },
    'Microsoft sends a lead': (doing) => {
      const lead = center.microsoft.sendLead({ name: `Lead of entry ${doing.number}` });
      return `Microsoft sends the lead "${lead.name}"`;
    },
  };
}
