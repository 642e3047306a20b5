/** A small reader for DER (X.690), as far as certificates need it. Every length is checked against what is there. */

export interface DerValue {
  /** Identifier octet: class, constructed bit and number. */
  readonly tag: number;
  readonly content: Uint8Array;
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The values one after another in `bytes`. Throws a RangeError when they do not fill it exactly. */
export function readValues(bytes: Uint8Array): readonly DerValue[] {
  const values: DerValue[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = octet(bytes, at);
    if ((tag & 0x1f) === 0x1f) throw new RangeError('long tags are not used in certificates');
    const { length, start } = readLength(bytes, at + 1);
    if (start + length > bytes.length) throw new RangeError('a value reaches beyond its end');
    values.push({ tag, content: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return values;
}

/** The one value in `bytes`, which must have this tag. */
export function readOne(bytes: Uint8Array, tag: number): Uint8Array {
  const [value, ...more] = readValues(bytes);
  if (value === undefined || more.length > 0 || value.tag !== tag) throw new RangeError('another value was expected');
  return value.content;
}

/** The values inside a sequence. */
export const readSequence = (bytes: Uint8Array): readonly DerValue[] => readValues(readOne(bytes, tags.sequence));

function octet(bytes: Uint8Array, at: number): number {
  const value = bytes[at];
  if (value === undefined) throw new RangeError('the bytes end too early');
  return value;
}

function readLength(bytes: Uint8Array, at: number): { readonly length: number; readonly start: number } {
  const first = octet(bytes, at);
  if (first < 0x80) return { length: first, start: at + 1 };
  const count = first & 0x7f;
  if (count === 0 || count > 4) throw new RangeError('a length that DER does not allow');
  let length = 0;
  for (let i = 1; i <= count; i += 1) length = length * 256 + octet(bytes, at + i);
  return { length, start: at + 1 + count };
}

/** Object identifier in dotted form. */
export function readObjectId(content: Uint8Array): string {
  const arcs: number[] = [];
  let value = 0;
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      arcs.push(value);
      value = 0;
    }
  }
  const [first = 0, ...rest] = arcs;
  const root = Math.min(Math.floor(first / 40), 2);
  return [root, first - root * 40, ...rest].join('.');
}

/** Text of a name attribute; null for a string type whose characters cannot be compared safely. */
export function readText({ tag, content }: DerValue): string | null {
  const plain = tag === 0x0c || tag === 0x13 || tag === 0x16;
  if (!plain) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return null;
  }
}
