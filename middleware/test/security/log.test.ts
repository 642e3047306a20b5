import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';

import fc from 'fast-check';

import type { Config } from '../../src/config.ts';
import { settings } from '../../src/settings.ts';
import { SyncError, toSyncError } from '../../src/errors.ts';
import { createLog, lastWords, redact } from '../../src/log.ts';
import { tellSettings } from '../../src/app/support-bundle.ts';

function logged(error: unknown): string {
  let out = '';
  const log = createLog({ level: 'debug', format: 'json', write: (line) => void (out += line), now: () => 0 });
  log.error({ error }, 'something failed');
  return out;
}

test('An error that quotes a record of a remote is logged by code and request id, without the quote', () => {
  const line = logged(new SyncError('CRM_VALIDATION', { message: 'Ask Wilhelmina first', status: 400, requestId: 'r-1' }));
  assert.doesNotMatch(line, /Wilhelmina/);
  assert.match(line, /CRM_VALIDATION/);
  assert.match(line, /r-1/);
});

test('A parser that quotes what it read is logged without the quote, also inside another error', () => {
  const thrown = ((): unknown => {
    try {
      return JSON.parse('Wilhelmina lives at 5 High Street');
    } catch (error) {
      return error;
    }
  })();
  assert.match(String(thrown), /Wilhel/, 'the parser quotes');
  assert.doesNotMatch(logged(thrown), /Wilhel/);
  assert.doesNotMatch(logged(toSyncError(thrown)), /Wilhel/);
  assert.doesNotMatch(logged('Wilhelmina'), /Wilhel/);
});

test('An error nobody handled is written without what it quotes, and the process ends', () => {
  let out = '';
  let ended = 0;
  const process = new EventEmitter();
  const log = createLog({ level: 'error', format: 'json', write: (line) => void (out += line), now: () => 0 });
  lastWords(process, log, () => (ended += 1));

  process.emit('uncaughtException', new SyncError('CRM_VALIDATION', { message: 'Ask Wilhelmina first', status: 400, requestId: 'r-1' }));

  assert.match(out, /r-1/);
  assert.doesNotMatch(out, /Wilhelmina/);
  assert.equal(ended, 1);
});

test('A line is one line whatever stands in its texts, with the time in UTC', () => {
  let out = '';
  const log = createLog({ level: 'error', format: 'json', write: (line) => void (out += line), now: () => 0 });

  log.error({ why: 'first\n{"level":"error","msg":"planted"}\r\u0000' }, 'said\n{"msg":"planted"}');

  assert.equal(out.trimEnd().split(/[\n\r]/).length, 1);
  assert.equal((JSON.parse(out) as { time: string }).time, '1970-01-01T00:00:00.000Z');
});

test('An error of the network keeps its reason', () => {
  assert.match(logged(new SyncError('NET_NOT_SENT', { message: 'ECONNREFUSED' })), /ECONNREFUSED/);
});

test('Whatever is around it, a token, a secret in a form and an address never pass the last filter', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_'), minLength: 12, maxLength: 40 });
  const around = fc.constantFrom('', ' ', '"', '","', '&', '; ', '\n');
  fc.assert(
    fc.property(word, word, around, around, (secret, other, left, right) => {
      for (const text of [
        `Bearer ${secret}`,
        `eyJ${other}.${secret}.${secret}`,
        `"refresh_token":"${secret}"`,
        `client_secret=${secret}`,
        `assertion=${secret}`,
        `password: ${secret}`,
      ]) {
        const out = redact(`${left}${text}${right}`);
        assert.ok(!out.includes(secret), `${text} → ${out}`);
      }
      assert.ok(!redact(`${left}x${other}@${secret}.example${right}`).includes('@'));
    }),
  );
});

test('A setting is told in a support bundle only when it is named there; secrets never are', () => {
  const names = Object.keys(settings) as (keyof Config)[];
  const config = Object.fromEntries(names.map((name) => [name, `canary of ${name}`])) as unknown as Config;
  const told = tellSettings(config);
  for (const name of names) {
    if ('secret' in settings[name]) assert.equal(told[name], 'set', name);
    // whoever adds a setting with such a name and forgets the mark is told here
    if (/SECRET|_KEYS?$|TOKEN|PASSWORD|DATABASE|CERTIFICATE$/.test(name))
      assert.ok('secret' in settings[name], `${name} is not marked as a secret`);
  }
  assert.equal(told.COSELL_SALESFORCE_USERNAME, 'set');
  assert.equal(
    tellSettings({ ...config, COSELL_PARTNER_API: 'https://user:canary@api.example/path?key=canary' }).COSELL_PARTNER_API,
    'https://api.example',
  );
});
