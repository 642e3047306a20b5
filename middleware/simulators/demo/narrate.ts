/** How the demo talks: times, what happened, and what both sides hold after it. */
import type { Referral } from '../partner-center/model.ts';
import type { World } from './world.ts';

export interface Narrator {
  chapter(letter: string, title: string): void;
  /** Something that somebody did. */
  act(text: string): void;
  /** Both sides as they stand. */
  both(opportunityId: string): void;
  fact(name: string, value: string): void;
  say(text: string): void;
}

const colour = (code: number, text: string, on: boolean): string => (on ? `\u001b[${code}m${text}\u001b[0m` : text);

/** First line of a text, shortened. */
const brief = (value: unknown, most = 100): string => {
  const [line = ''] = String(value ?? '–').split('\n');
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
};

export const money = (value: unknown, currency: string): string =>
  typeof value === 'number' ? `${value.toLocaleString('en-GB')} ${currency}` : '–';

export function narrator(world: World, write: (line: string) => void, colours: boolean): Narrator {
  const started = world.clock.now();
  let last = Date.now();
  const stamp = (): string => new Date(world.clock.now()).toISOString().slice(11, 19);

  function salesforceLine(id: string): string {
    const row = world.org.get(id);
    if (!row) return 'the opportunity is gone';
    const mark =
      row.PC_Sync_State__c === null || row.PC_Sync_State__c === undefined ? '' : row.PC_Sync_State__c === 'Needs you' ? '✖ ' : '✔ ';
    return [
      row.Name,
      row.StageName,
      money(row.Amount, 'USD'),
      `closes ${String(row.CloseDate)}`,
      `${mark}${String(row.PC_Sync_State__c ?? 'not shared')}`,
      row.PC_Microsoft_Status__c ? `Microsoft: ${String(row.PC_Microsoft_Status__c)}` : null,
      row.PC_Microsoft_Seller__c ? String(row.PC_Microsoft_Seller__c) : null,
      row.PC_Microsoft_CRM_Id__c ? `Microsoft CRM ${String(row.PC_Microsoft_CRM_Id__c)}` : null,
    ]
      .filter((part) => part !== null && part !== undefined)
      .join(' · ');
  }

  const partnerLine = (referral: Referral): string =>
    [
      referral.name,
      `${referral.status}/${referral.substatus}`,
      money(referral.details.dealValue, String(referral.details.currency ?? '')),
      `closes ${String(referral.details.closingDateTime ?? '').slice(0, 10)}`,
    ].join(' · ');

  return {
    chapter(letter, title) {
      last = Date.now();
      write(`\n${colour(1, `${letter}. ${title}`, colours)}`);
    },
    act: (text) => write(`  ${stamp()}  ${text}`),
    fact: (name, value) => write(`            ${name}: ${value}`),
    say: (text) => write(`            ${text}`),
    both(opportunityId) {
      const took = Date.now() - last;
      last = Date.now();
      const row = world.org.get(opportunityId);
      const own = world.partner.partnerCenter.referral(String(row?.Referral_Identifier__c ?? ''));
      const leg = own && world.partner.partnerCenter.legOf(own.id);
      write(`  ${stamp()}  ${colour(36, 'Salesforce    ', colours)} ${salesforceLine(opportunityId)}`);
      if (row?.PC_Sync_Message__c)
        for (const line of String(row.PC_Sync_Message__c).split('\n')) write(`                            ${line}`);
      write(
        `            ${colour(35, 'Partner Center', colours)} ${own ? partnerLine(own) : 'nothing'}${leg ? ` · Microsoft's leg ${leg.status}/${leg.substatus}` : ''}`,
      );
      if (row?.Audit__c) write(`            ${colour(90, `Audit          ${brief(row.Audit__c, 150)}`, colours)}`);
      write(
        `            ${colour(90, `after ${took} ms${world.clock.now() - started > 3_600_000 ? ', the clock was moved' : ''}`, colours)}`,
      );
    },
  };
}
