/** What admins do: answers to questions, changes of the mapping, settings. */
import { setSetting } from '../../simulators/demo/world.ts';
import { at, type Acts, type Cast } from './cast.ts';
import { labels, plainFields, type PlainField } from './history.ts';
import type { RecordValues } from '../../simulators/salesforce/schema-model.ts';
import type { World } from './world.ts';

/** Developer names of the records of the mapping. */
const records: { readonly [F in PlainField]: string } = {
  name: 'Deal_Name',
  value: 'Deal_Value',
  closeDate: 'Close_Date',
  notes: 'Notes',
  intent: 'Marketplace_Intent',
};
const repairedAfterMs = 6 * 60_000;

export function adminActs(world: World, cast: Cast): Acts {
  const { org, history, scheduler, mends } = world;
  const { admin } = cast;

  /** Saves a record of the mapping and asks for it to be read; gives the request. */
  function change(field: PlainField, values: RecordValues): string {
    const row = org.state.rows('PC_Field_Map__mdt').find((one) => one['DeveloperName'] === records[field]);
    if (!row) throw new Error(`The package does not map ${field}.`);
    org.state.put('PC_Field_Map__mdt', { ...row, ...values });
    return admin.insert('PC_Service_Request__c', { Kind__c: 'reload_mapping' });
  }

  return {
    'an admin changes who wins': ({ a, b }) => {
      const field = at(plainFields, a) ?? 'name';
      const owner = at(['Salesforce', 'Partner Center', 'Ask'], b) ?? 'Ask';
      change(field, { Owner__c: owner });
      return `an admin lets ${owner} win for ${labels[field]}`;
    },
    'an admin stops a field': ({ b }) => {
      const direction = at(['Off', 'To Salesforce'], b) ?? 'Off';
      history.keepBack({ field: 'notes', what: 'sending', requestId: change('notes', { Direction__c: direction }) });
      return `an admin sets the direction of ${labels.notes} to ${direction}`;
    },
    'an admin makes a field confidential': ({ a }) => {
      const field = at(plainFields, a) ?? 'name';
      history.keepBack({ field, what: 'showing', requestId: change(field, { Confidential__c: true }) });
      return `an admin makes ${labels[field]} confidential`;
    },
    'an admin makes a mistake in the mapping': ({ a }) => {
      const field = at(plainFields, a) ?? 'name';
      const path = org.state.rows('PC_Field_Map__mdt').find((one) => one['DeveloperName'] === records[field])?.['Salesforce_Path__c'];
      if (path === 'No_Such_Field__c' || path === undefined) return null;
      change(field, { Salesforce_Path__c: 'No_Such_Field__c' });
      history.mistype(field);
      const takeBack = scheduler.after(repairedAfterMs, () => mend());
      const mend = (): void => {
        takeBack();
        if (!mends.delete(mend)) return;
        change(field, { Salesforce_Path__c: path });
        world.look();
      };
      mends.add(mend);
      return `an admin mistypes the field of ${labels[field]} and mends it after six minutes`;
    },
    'an admin turns confirmations on': () => {
      setSetting(org, 'Confirm_One_Way_Steps', 'true');
      admin.insert('PC_Service_Request__c', { Kind__c: 'reload_mapping' });
      return 'an admin lets one-way steps wait for a confirmation';
    },
    'an admin compares both sides': () => {
      admin.insert('PC_Service_Request__c', { Kind__c: 'sweep_now' });
      return 'an admin presses "Compare now"';
    },
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
