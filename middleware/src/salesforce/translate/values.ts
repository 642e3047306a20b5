/** The admin's value maps, read in one direction or the other. */
import type { Mapping, ValueRule } from '../../domain/mapping.ts';

export type MapName = ValueRule['map'];

const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();
const leaves = (rule: ValueRule): boolean => rule.direction === 'both' || rule.direction === 'to-partner';
const enters = (rule: ValueRule): boolean => rule.direction === 'both' || rule.direction === 'to-crm';

/** Salesforce's word → the partner side's; null when no line fits. */
export function toPartnerValue(mapping: Mapping, map: MapName, value: string): string | null {
  return mapping.values.find((rule) => rule.map === map && leaves(rule) && same(rule.crmValue, value))?.partnerValue ?? null;
}

/** The partner side's word → Salesforce's; null when no line fits. A line for both directions comes before a one-way line. */
export function toCrmValue(mapping: Mapping, map: MapName, value: string): string | null {
  const fitting = mapping.values.filter((rule) => rule.map === map && enters(rule) && same(rule.partnerValue, value));
  return (fitting.find((rule) => rule.direction === 'both') ?? fitting[0])?.crmValue ?? null;
}

/** True when the value already is one of the partner side's words of this map. */
export const isPartnerValue = (mapping: Mapping, map: MapName, value: string): boolean =>
  mapping.values.some((rule) => rule.map === map && rule.partnerValue === value);
