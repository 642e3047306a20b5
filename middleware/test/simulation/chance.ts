/** Chance that a seed decides: everything random in a run is drawn from here, so that a seed is the whole run. */

export interface Chance {
  /** [0, 1). */
  next(): number;
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number;
  yes(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** A GUID in lower case. */
  uuid(): string;
  /** A stream of its own: what is drawn from it moves nothing in this one. */
  fork(name: string): Chance;
}

/** FNV-1a over the text, finished so that neighbouring seeds share nothing. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const hex = (value: number, digits: number): string => Math.floor(value).toString(16).padStart(digits, '0');

export function createChance(name: string): Chance {
  let [a, b, c, d] = [1, 2, 3, 4].map((part) => hashOf(`${part}|${name}`)) as [number, number, number, number];

  /** sfc32. */
  function next(): number {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  }
  for (let round = 0; round < 12; round += 1) next();

  return {
    next,
    whole: (least, most) => least + Math.floor(next() * (most - least + 1)),
    yes: (probability) => next() < probability,
    pick: <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T,
    uuid: () =>
      [
        hex(next() * 0x1_0000_0000, 8),
        hex(next() * 0x1_0000, 4),
        `4${hex(next() * 0x1000, 3)}`,
        `${'89ab'[Math.floor(next() * 4)] ?? '8'}${hex(next() * 0x1000, 3)}`,
        hex(next() * 0x1_0000_0000, 8) + hex(next() * 0x1_0000, 4),
      ].join('-'),
    fork: (child) => createChance(`${name}/${child}`),
  };
}
