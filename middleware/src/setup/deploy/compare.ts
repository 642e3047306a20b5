/** Compares what the package would deploy with components of the same name that are in the org already. Pure. */

/** A field or an object, as far as two of one name can differ in a way that loses something. */
export interface Definition {
  /** `Opportunity.Audit__c`, `PC_Solution__c`. */
  readonly component: string;
  readonly label: string | null;
  readonly type: string | null;
  /** Characters, as written in the metadata. */
  readonly length: string | null;
  /** Values of a picklist of its own; null when it has none. */
  readonly values: readonly string[] | null;
  /** A picklist that takes its values from a value set of the org. */
  readonly valueSet: string | null;
}

export interface Difference {
  readonly component: string;
  /** What differs, in words. */
  readonly text: string;
}

const shown = (text: string | null): string => (text === null ? 'none' : `"${text}"`);

function valuesDiffer(ours: Definition, theirs: Definition): readonly string[] {
  if (theirs.valueSet !== null) return [`takes its values from the value set ${theirs.valueSet} in the org, has its own in the package`];
  if (ours.values === null || theirs.values === null) return [];
  const lost = theirs.values.filter((value) => !ours.values?.includes(value));
  const added = ours.values.filter((value) => !theirs.values?.includes(value));
  return [
    ...(lost.length > 0 ? [`has values in the org that the package would switch off: ${lost.join(', ')}`] : []),
    ...(added.length > 0 ? [`lacks values in the org: ${added.join(', ')}`] : []),
  ];
}

/** Differences of components that both sides have, in the order of `ours`. */
export function differences(ours: readonly Definition[], theirs: readonly Definition[]): readonly Difference[] {
  const inOrg = new Map(theirs.map((one) => [one.component.toLowerCase(), one]));
  return ours.flatMap((mine) => {
    const other = inOrg.get(mine.component.toLowerCase());
    if (!other) return [];
    const say = (what: 'type' | 'label' | 'length'): readonly string[] =>
      mine[what] === other[what] ? [] : [`${what} is ${shown(other[what])} in the org, ${shown(mine[what])} in the package`];
    // of two types nothing else can be compared
    const texts = mine.type === other.type ? [...say('label'), ...say('length'), ...valuesDiffer(mine, other)] : say('type');
    return texts.map((text) => ({ component: mine.component, text }));
  });
}
