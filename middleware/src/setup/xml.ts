/** Reads the package's own metadata files: well-formed by its checks, so a small reader is enough. Not for foreign XML. */

export interface Element {
  readonly name: string;
  readonly children: readonly Element[];
  readonly text: string;
}

const entities: { readonly [name: string]: string } = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const plain = (text: string): string => text.replaceAll(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole);

/** @returns the root element */
export function readXml(source: string): Element {
  const root = { name: '', children: [] as Element[], text: '' };
  const open = [root];
  for (const [, closing, name, selfClosing, text] of source
    .replaceAll(/<\?[\s\S]*?\?>|<!--[\s\S]*?-->/g, '')
    .matchAll(/<(\/?)([\w:]+)[^>]*?(\/?)>|([^<]+)/g)) {
    const inner = open.at(-1) ?? root;
    if (text !== undefined) {
      if (text.trim() !== '') inner.text += plain(text.trim());
    } else if (closing === '/') open.pop();
    else {
      const element = { name: name ?? '', children: [] as Element[], text: '' };
      inner.children.push(element);
      if (selfClosing !== '/') open.push(element);
    }
  }
  return root.children[0] ?? root;
}

export const childrenOf = (element: Element, name: string): readonly Element[] => element.children.filter((one) => one.name === name);
/** Text at a path of names; null when it is not there. */
export function textAt(element: Element, ...path: readonly string[]): string | null {
  let at: Element | undefined = element;
  for (const name of path) at = at?.children.find((one) => one.name === name);
  return at === undefined ? null : at.text;
}
