import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createSealer } from '../../src/store/seal.ts';
import { code, keyOne, keyTwo } from './samples.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('sealing', () => {
  test('what was sealed opens again, whatever it is and is called', () => {
    const sealer = createSealer([keyOne]);

    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 300 }), (name, value) => {
        assert.deepEqual(sealer.open(name, sealer.seal(name, value)), value);
      }),
    );
  });

  test('a single changed, missing or added byte anywhere keeps it shut', () => {
    const sealer = createSealer([keyOne, keyTwo]);
    const envelope = sealer.seal('token', bytes('refresh-token'));

    for (let position = 0; position < envelope.length; position++) {
      for (const change of [0x01, 0x80, 0xff]) {
        const changed = Uint8Array.from(envelope);
        changed[position] = (changed[position] ?? 0) ^ change;
        assert.throws(() => sealer.open('token', changed), code('STORE_KEY'), `byte ${position}`);
      }
      assert.throws(() => sealer.open('token', envelope.subarray(0, position)), code('STORE_KEY'), `cut at ${position}`);
    }
    assert.throws(() => sealer.open('token', Uint8Array.of(...envelope, 0)), code('STORE_KEY'));
    assert.deepEqual(sealer.open('token', envelope), bytes('refresh-token'));
  });

  test('another name, another key or no key keeps it shut', () => {
    const envelope = createSealer([keyOne]).seal('token', bytes('refresh-token'));

    assert.throws(() => createSealer([keyOne]).open('other', envelope), code('STORE_KEY'));
    assert.throws(() => createSealer([keyTwo]).open('token', envelope), code('STORE_KEY'));
    assert.throws(() => createSealer([]).open('token', envelope), code('STORE_KEY'));
    assert.throws(() => createSealer([]).seal('token', bytes('x')), code('STORE_KEY'));
  });

  test('the newest key seals, former ones still open', () => {
    const former = createSealer([keyOne]).seal('token', bytes('refresh-token'));
    const both = createSealer([keyTwo, keyOne]);

    assert.deepEqual(both.open('token', former), bytes('refresh-token'));
    assert.deepEqual([both.isCurrent(former), both.isCurrent(both.seal('token', bytes('x')))], [false, true]);
    assert.throws(() => createSealer([keyOne]).open('token', both.seal('token', bytes('x'))), code('STORE_KEY'));
  });

  test('no nonce is used twice', () => {
    const sealer = createSealer([keyOne]);

    const nonces = Array.from({ length: 500 }, () => Buffer.from(sealer.seal('token', bytes('same')).subarray(9, 21)).toString('hex'));

    assert.equal(new Set(nonces).size, 500);
  });

  test('a key of the wrong length is refused at once', () => {
    for (const key of ['', 'c2hvcnQ=', Buffer.alloc(33).toString('base64')]) assert.throws(() => createSealer([key]), code('STORE_KEY'));
  });
});
