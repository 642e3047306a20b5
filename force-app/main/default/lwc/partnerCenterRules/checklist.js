/** Ready to share? One line per rule of Partner Center (API §8), each with its cure. It never blocks saving. */
import { checkText, fill } from 'c/partnerCenterText';
import { countryKnown } from './countries';

/**
 * @typedef {import('c/partnerCenterRecord').Deal} Deal
 * @typedef {import('c/partnerCenterRecord').Person} Person
 * @typedef {'deal' | 'account' | 'solutions' | 'contacts' | null} Place where it is cured
 * @typedef {{ key: string, label: string, done: boolean, cure: string, place: Place }} CheckLine
 * @typedef {object} Related what hangs on the deal; null: not loaded or hidden, so nothing is said about it
 * @property {readonly { name: string }[] | null} solutions
 * @property {readonly Person[] | null} contacts
 * @property {readonly Person[]} team owner first
 * @property {Readonly<Record<string, string>>} countries
 */

/** @param {string | null | undefined} text */
const filled = (text) => typeof text === 'string' && text.trim() !== '';

/** @param {Person} person */
const complete = (person) => [person.firstName, person.lastName, person.phone, person.email].every(filled);

/** @param {Person} person */
const shownName = (person) => [person.firstName, person.lastName].filter(filled).join(' ') || person.email || '';

/** @param {Person | undefined} person */
function contactCure(person) {
  return person ? fill(checkText.contactPartCure, shownName(person)) : checkText.contactCure;
}

/** @param {Person | undefined} person */
function teamCure(person) {
  if (!person) return fill(checkText.teamCure, '', checkText.name);
  const lacks = [
    filled(person.firstName) && filled(person.lastName) ? '' : checkText.name,
    filled(person.phone) ? '' : checkText.phone,
    filled(person.email) ? '' : checkText.email
  ];
  return fill(checkText.teamCure, shownName(person), lacks.filter(filled).join(', '));
}

/** @param {Deal} deal @param {Related} related @returns {CheckLine[]} */
function customerLines(deal, related) {
  const country = deal.countryCode ?? deal.country;
  const known = filled(country) && countryKnown(country ?? '', related.countries);
  const countryCure = filled(country) ? fill(checkText.countryUnknownCure, country ?? '') : checkText.countryCure;
  return [
    {
      key: 'customer',
      label: checkText.customer,
      done: filled(deal.accountName),
      cure: checkText.customerCure,
      place: 'deal'
    },
    {
      key: 'address',
      label: checkText.address,
      done: filled(deal.street) && filled(deal.city),
      cure: checkText.addressCure,
      place: 'account'
    },
    { key: 'country', label: checkText.country, done: known, cure: countryCure, place: 'account' }
  ];
}

/** @param {Deal} deal @returns {CheckLine[]} */
function servicesLines(deal) {
  const trio = [deal.partnerRole, deal.solutionArea, deal.solutionPlay];
  if (!filled(deal.help) || !trio.some(filled)) return [];
  return [
    {
      key: 'services',
      label: checkText.services,
      done: trio.every(filled),
      cure: checkText.servicesCure,
      place: 'deal'
    }
  ];
}

/**
 * Lines in the order in which a seller meets them.
 * @param {Deal} deal
 * @param {Related} related
 * @returns {CheckLine[]}
 */
export function checklistOf(deal, related) {
  const { solutions, contacts, team } = related;
  /** @type {CheckLine[]} */
  const lines = deal.referralId === null ? customerLines(deal, related) : [];
  lines.push(
    {
      key: 'value',
      label: checkText.value,
      done: deal.amount !== null && deal.amount > 0,
      cure: checkText.valueCure,
      place: 'deal'
    },
    {
      key: 'closeDate',
      label: checkText.closeDate,
      done: filled(deal.closeDate),
      cure: checkText.closeDateCure,
      place: 'deal'
    }
  );
  if (solutions !== null) {
    const done = solutions.length > 0 || filled(deal.products);
    lines.push({ key: 'solution', label: checkText.solution, done, cure: checkText.solutionCure, place: 'solutions' });
  }
  if (contacts !== null && filled(deal.help) && !filled(deal.microsoftStatus)) {
    lines.push({
      key: 'contact',
      label: checkText.contact,
      done: contacts.some(complete),
      cure: contactCure(contacts[0]),
      place: 'contacts'
    });
  }
  lines.push({ key: 'team', label: checkText.team, done: team.some(complete), cure: teamCure(team[0]), place: null });
  if (deal.referralId === null) {
    lines.push({
      key: 'consent',
      label: checkText.consent,
      done: deal.consent,
      cure: checkText.consentCure,
      place: 'deal'
    });
  }
  lines.push({
    key: 'intent',
    label: checkText.intent,
    done: filled(deal.intent),
    cure: checkText.intentCure,
    place: 'deal'
  });
  return [...lines, ...servicesLines(deal)];
}
