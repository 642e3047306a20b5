/** Salesforce record ids: 3 characters of kind, 12 of instance and counter, and a check suffix of 3. */

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const suffixLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** The 18-character form of a 15-character id: each suffix letter tells the case of five characters. */
export function toLongId(id15: string): string {
  let suffix = '';
  for (let block = 0; block < 3; block += 1) {
    let bits = 0;
    for (let index = 0; index < 5; index += 1) {
      const letter = id15.charAt(block * 5 + index);
      if (letter >= 'A' && letter <= 'Z') bits |= 1 << index;
    }
    suffix += suffixLetters.charAt(bits);
  }
  return id15 + suffix;
}

const shape = /^[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?$/;

/** The stored form of an id as people or programs wrote it; null when it cannot be an id. */
export function normalizeId(text: string): string | null {
  if (!shape.test(text)) return null;
  if (text.length === 15) return toLongId(text);
  const long = toLongId(text.slice(0, 15));
  return long.slice(15) === text.slice(15).toUpperCase() ? long : null;
}

/** Makes the ids of one org, in a fixed sequence per kind; `counters` tells how many of each kind there are. */
export function idMaker(counters = new Map<string, number>(), instance = '5g0'): (keyPrefix: string) => string {
  return (keyPrefix) => {
    const count = (counters.get(keyPrefix) ?? 0) + 1;
    counters.set(keyPrefix, count);
    let rest = count;
    let tail = '';
    for (let place = 0; place < 9; place += 1) {
      tail = base62.charAt(rest % 62) + tail;
      rest = Math.floor(rest / 62);
    }
    return toLongId(`${keyPrefix}${instance}${tail}`);
  };
}

/** Key prefixes of custom objects, in order of creation: `a00`, `a01` … `a0Z`, `a10`. */
export function customKeyPrefix(letter: 'a' | 'e' | 'm', index: number): string {
  return `${letter}${base62.charAt(Math.floor(index / 62) % 62)}${base62.charAt(index % 62)}`;
}
