/**
 * Sealing of values at rest: AES-256-GCM. An envelope names the key it was sealed with, so that keys can be exchanged: seal with the
 * newest, open with any that is given. The value's name is bound in, so that one envelope cannot stand in for another.
 *
 * Envelope: `1` · key id (8 bytes) · nonce (12) · tag (16) · ciphertext.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { SyncError } from '../errors.ts';

const format = 1;
const keyIdLength = 8;
const nonceLength = 12;
const tagLength = 16;
const headLength = 1 + keyIdLength;
const shortest = headLength + nonceLength + tagLength;

interface Key {
  readonly id: Buffer;
  readonly bytes: Buffer;
}

export interface Sealer {
  /** @throws `STORE_KEY` when no key is given. */
  seal(name: string, value: Uint8Array): Uint8Array;
  /** @throws `STORE_KEY` when no key fits or a single byte was changed; nothing of the value is returned then. */
  open(name: string, envelope: Uint8Array): Uint8Array;
  /** False for an envelope that is sealed with a former key. */
  isCurrent(envelope: Uint8Array): boolean;
}

function readKey(text: string): Key {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== 32) throw new SyncError('STORE_KEY', { message: 'A sealing key must be 32 bytes in base64.' });
  return { bytes, id: createHash('sha256').update('cosell sealing key').update(bytes).digest().subarray(0, keyIdLength) };
}

const boundIn = (head: Uint8Array, name: string): Buffer => Buffer.concat([head, Buffer.from(`secret:${name}`, 'utf8')]);

/** @param keys base64 of 32 bytes each, newest first. */
export function createSealer(keys: readonly string[]): Sealer {
  const known = keys.map(readKey);

  function newest(): Key {
    const [key] = known;
    if (!key) throw new SyncError('STORE_KEY', { message: 'No sealing key is given.' });
    return key;
  }

  return {
    seal(name, value) {
      const key = newest();
      const head = Buffer.concat([Buffer.of(format), key.id]);
      // a nonce must never repeat under one key: it comes from the operating system, not from the simulation's dice
      const nonce = randomBytes(nonceLength);
      const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: tagLength });
      cipher.setAAD(boundIn(head, name));
      const sealed = Buffer.concat([cipher.update(value), cipher.final()]);
      return new Uint8Array(Buffer.concat([head, nonce, cipher.getAuthTag(), sealed]));
    },
    open(name, envelope) {
      const bytes = Buffer.from(envelope);
      const head = bytes.subarray(0, headLength);
      const key = known.find(({ id }) => id.equals(head.subarray(1)));
      if (bytes.length < shortest || head[0] !== format || !key) throw new SyncError('STORE_KEY');
      const nonce = bytes.subarray(headLength, headLength + nonceLength);
      const decipher = createDecipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: tagLength });
      decipher.setAAD(boundIn(head, name));
      decipher.setAuthTag(bytes.subarray(headLength + nonceLength, shortest));
      try {
        return new Uint8Array(Buffer.concat([decipher.update(bytes.subarray(shortest)), decipher.final()]));
      } catch (error) {
        throw new SyncError('STORE_KEY', { cause: error });
      }
    },
    isCurrent: (envelope) => newest().id.equals(envelope.subarray(1, headLength)),
  };
}
