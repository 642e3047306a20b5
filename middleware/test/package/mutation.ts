/** Changes the package at random, one name or value at a time, and counts how many changes the checks notice. */
import { checkPackage } from './checks.ts';
import { printDefaultMapping } from './default-mapping.ts';
import { parseXml, type Element, type PackageFiles } from './package-files.ts';

export interface Mutation {
  readonly path: string;
  readonly line: number;
  readonly element: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  /** The changed text of the whole file. */
  readonly text: string;
}

export interface MutationRun {
  readonly tried: number;
  /** Noticed by form and rules alone. */
  readonly byRules: number;
  /** Noticed with the comparison of the generated mapping as well. */
  readonly caught: number;
  readonly survivors: readonly Mutation[];
}

/** Elements that hold prose or drawing coordinates: any text is right there, and no check could know better. */
const prose = new Set([
  'description',
  'inlineHelpText',
  'label',
  'pluralLabel',
  'masterLabel',
  'relationshipLabel',
  'errorMessage',
  'shortDescription',
  'categories',
  'locationX',
  'locationY',
  'defaultConnectorLabel',
  'interviewLabel',
  'header',
  'title',
]);

/** A small seeded generator (mulberry32): the same seed gives the same run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Leaf {
  readonly path: string;
  readonly element: Element;
}

function* leaves(path: string, element: Element): Generator<Leaf> {
  for (const child of element.children) {
    if (prose.has(child.name)) continue;
    if (child.children.length > 0) yield* leaves(path, child);
    else if (child.text.trim() !== '' && !(child.name === 'value' && /help|labels-meta/i.test(path) && child.text.length > 60))
      yield { path, element: child };
  }
}

/** Every name and value of the package's metadata files; labels and component scripts are not metadata of ours to change. */
export function mutable(files: PackageFiles): readonly Leaf[] {
  return [...files]
    .filter(([path]) => path.endsWith('-meta.xml') && !path.endsWith('.labels-meta.xml') && !path.endsWith('.js-meta.xml'))
    .flatMap(([path, text]) => [...leaves(path, parseXml(text))]);
}

function changed(text: string, random: () => number): string {
  if (text === 'true') return 'false';
  if (text === 'false') return 'true';
  if (/^\d+(\.\d+)?$/.test(text)) return String(Number(text) + 1 + Math.floor(random() * 5));
  const at = Math.floor(random() * text.length);
  const roll = random();
  if (roll < 0.34) return text.slice(0, at) + text.slice(at + 1) || 'x';
  if (roll < 0.67) return `${text.slice(0, at)}x${text.slice(at)}`;
  const letter = text[at] === 'q' ? 'z' : 'q';
  return text.slice(0, at) + letter + text.slice(at + 1);
}

/** Changes one name or value of one file, in the text of the file. */
export function mutate(files: PackageFiles, population: readonly Leaf[], random: () => number): Mutation | null {
  const leaf = population[Math.floor(random() * population.length)];
  if (!leaf) return null;
  const { path, element } = leaf;
  const text = files.get(path) ?? '';
  const lines = text.split('\n');
  const from = element.text.trim();
  const to = changed(from, random);
  const escaped = from.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').split('\n')[0] ?? '';
  const index = element.line - 1;
  const line = lines[index] ?? '';
  const multi = from.includes('\n');
  const wanted = multi ? `>${escaped}` : `>${escaped}</${element.name}>`;
  if (!line.includes(wanted)) return null;
  const first = to.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').split('\n')[0] ?? '';
  lines[index] = line.replace(wanted, () => (multi ? `>${first}` : `>${first}</${element.name}>`));
  const mutated = lines.join('\n');
  return mutated === text
    ? null
    : { path, line: element.line, element: element.name, kind: multi ? 'formula' : 'value', from, to, text: mutated };
}

/** Tries `count` changes. A run is repeatable by its seed. */
export function mutationRun(files: PackageFiles, count: number, seed: number): MutationRun {
  const random = seeded(seed);
  const population = mutable(files);
  const mapping = printDefaultMapping(files);
  const survivors: Mutation[] = [];
  let tried = 0;
  let byRules = 0;
  let caught = 0;
  while (tried < count) {
    const mutation = mutate(files, population, random);
    if (!mutation) continue;
    tried += 1;
    const broken = new Map(files).set(mutation.path, mutation.text);
    if (checkPackage(broken).length > 0) {
      byRules += 1;
      caught += 1;
    } else if (printDefaultMapping(broken) !== mapping) caught += 1;
    else survivors.push(mutation);
  }
  return { tried, byRules, caught, survivors };
}
