/** What admins do: answers to questions, changes of the mapping, settings. */
import type { Acts, Cast } from './cast.ts';
import type { World } from './world.ts';

export function adminActs(world: World, cast: Cast): Acts {
  const { org } = world;
  const { admin } = cast;
  return {
    'answer a match': (doing) => {
      const open = org.state.rows('PC_Attention__c').find((one) => one['Kind__c'] === 'match' && one['Status__c'] === 'Open');
      if (!open) return null;
      const keep = doing.a < 0.5;
      const suggestions = JSON.parse(String(open['Suggestions__c'] ?? '[]')) as readonly { opportunityId: string }[];
      const target = suggestions[0]?.opportunityId;
      admin.insert('PC_Service_Request__c', {
        Attention__c: String(open['Id']),
        Kind__c: keep || target === undefined ? 'keep_as_new' : 'link',
        ...(keep || target === undefined ? {} : { Target__c: target }),
      });
      return keep ? 'an admin keeps an incoming deal as new' : 'an admin links an incoming deal to the suggested opportunity';
    },
    'retry everything': () => {
      admin.insert('PC_Service_Request__c', { Kind__c: 'retry_all' });
      return 'an admin presses "Try all again"';
    },
  };
}
