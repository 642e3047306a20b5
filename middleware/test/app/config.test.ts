import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { printExample, printProblems, readConfig } from '../../src/config.ts';
import { settings } from '../../src/settings.ts';

const good = {
  COSELL_SEALING_KEYS: Buffer.alloc(32, 7).toString('base64'),
  COSELL_SALESFORCE_LOGIN_URL: 'https://example.my.salesforce.com/',
  COSELL_SALESFORCE_CLIENT_ID: '3MVG9consumer',
  COSELL_SALESFORCE_CLIENT_SECRET: 'shh',
  COSELL_TENANT_ID: '11111111-2222-4333-8444-555555555555',
  COSELL_CLIENT_ID: '66666666-7777-4888-8999-000000000000',
  COSELL_CLIENT_SECRET: 'shh',
  COSELL_PUBLIC_URL: 'https://cosell.example.com',
};

test('without any setting the refusal names every missing one with meaning and example', () => {
  const read = readConfig({});

  assert.equal(read.kind, 'bad');
  const text = printProblems(read.problems);
  for (const name of Object.keys(good).filter((one) => !one.endsWith('CLIENT_SECRET'))) {
    const entry = settings[name as keyof typeof settings];
    assert.ok(text.includes(`${name} is missing`) && text.includes(entry.meaning) && text.includes(entry.example), name);
  }
});

test('the least settings are enough, and what is not said has its default', () => {
  const read = readConfig(good);

  assert.equal(read.kind, 'good');
  assert.equal(read.config.COSELL_SALESFORCE_LOGIN_URL, 'https://example.my.salesforce.com');
  assert.equal(read.config.COSELL_PARTNER_API, 'https://api.partner.microsoft.com');
  assert.equal(read.config.DATABASE_URL, null);
});

test('several wrong settings are told at once', () => {
  const read = readConfig({
    ...good,
    COSELL_PORT: 'http',
    COSELL_TENANT_ID: 'contoso',
    COSELL_SEALING_KEYS: 'short',
    COSELL_PARTNER_API: 'http://api.partner.microsoft.com',
  });

  assert.equal(read.kind, 'bad');
  assert.deepEqual(read.problems.map((one) => one.name).sort(), [
    'COSELL_PARTNER_API',
    'COSELL_PORT',
    'COSELL_SEALING_KEYS',
    'COSELL_TENANT_ID',
  ]);
});

test('plain http is taken for this machine only', () => {
  assert.equal(readConfig({ ...good, COSELL_PARTNER_API: 'http://127.0.0.1:9000' }).kind, 'good');
  assert.equal(readConfig({ ...good, COSELL_PARTNER_API: 'http://localhost.evil.example' }).kind, 'bad');
});

test('a sign-in without key or secret, or with both, is refused', () => {
  const { COSELL_CLIENT_SECRET: _secret, ...without } = good;
  assert.equal(readConfig(without).kind, 'bad');
  assert.equal(readConfig({ ...good, COSELL_CLIENT_CERTIFICATE: '-----BEGIN CERTIFICATE-----' }).kind, 'bad');
});

test('a secret can come from a file, and a file that is not there is named', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cosell-config-'));
  try {
    writeFileSync(join(folder, 'secret'), 'from-file\n');
    const read = readConfig({ ...good, COSELL_CLIENT_SECRET: '', COSELL_CLIENT_SECRET_FILE: join(folder, 'secret') });
    const missing = readConfig({ ...good, COSELL_CLIENT_SECRET_FILE: join(folder, 'nothing') });

    assert.equal(read.kind === 'good' && read.config.COSELL_CLIENT_SECRET, 'from-file');
    assert.match(missing.kind === 'bad' ? printProblems(missing.problems) : '', /COSELL_CLIENT_SECRET_FILE/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a secret never stands in the refusal', () => {
  const read = readConfig({ ...good, COSELL_ADMIN_TOKEN: 'too-short-but-secret' });

  assert.ok(read.kind === 'bad' && !printProblems(read.problems).includes('too-short-but-secret'));
});

test('.env.example is what the settings say', () => {
  assert.equal(readFileSync(join(import.meta.dirname, '../../../.env.example'), 'utf8'), printExample());
});
