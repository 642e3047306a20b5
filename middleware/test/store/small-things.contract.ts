import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { code, keyOne, keyTwo } from './samples.ts';
import type { Ground } from './store.contract.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export function smallThingsContract(ground: () => Ground): void {
  describe('secrets', () => {
    test('a secret comes back, and only its ciphertext is stored', async () => {
      const { open, now } = ground();
      const { store } = await open({ sealingKeys: [keyOne] });

      assert.equal(await store.saveSecret('token', bytes('refresh-token-value'), null, now()), true);

      assert.deepEqual(await store.secret('token'), { value: bytes('refresh-token-value'), version: 1 });
      const exported = [];
      for await (const line of store.export(now())) exported.push(line);
      assert.ok(!exported.join('\n').includes('refresh-token-value'));
      assert.ok(!exported.join('\n').includes(Buffer.from('refresh-token-value').toString('base64').slice(0, 20)));
    });

    test('of two who renew the same token one is told that the other was faster', async () => {
      const { open, now } = ground();
      const { store } = await open({ sealingKeys: [keyOne] });
      await store.saveSecret('token', bytes('one'), null, now());

      const won = await Promise.all([
        store.saveSecret('token', bytes('two'), 1, now()),
        store.saveSecret('token', bytes('three'), 1, now()),
      ]);

      assert.deepEqual([...won].sort(), [false, true]);
      assert.equal((await store.secret('token'))?.version, 2);
      assert.equal(await store.saveSecret('token', bytes('four'), null, now()), false);
      assert.equal(await store.saveSecret('unknown', bytes('five'), 1, now()), false);
    });

    test('a version from before a deletion never fits again', async () => {
      const { open, now } = ground();
      const { store } = await open({ sealingKeys: [keyOne] });
      await store.saveSecret('token', bytes('one'), null, now());

      await store.deleteSecret('token');
      assert.equal(await store.secret('token'), null);
      assert.equal(await store.saveSecret('token', bytes('late'), 1, now()), false);
      assert.equal(await store.saveSecret('token', bytes('new'), null, now()), true);

      assert.equal(await store.saveSecret('token', bytes('late'), 1, now()), false);
      assert.deepEqual((await store.secret('token'))?.value, bytes('new'));
    });

    test('a new key goes in front, and after resealing the former one may go', async () => {
      const { open, now } = ground();
      const { store, reopen } = await open({ sealingKeys: [keyOne] });
      await store.saveSecret('token', bytes('one'), null, now());

      const both = await reopen({ sealingKeys: [keyTwo, keyOne] });
      assert.deepEqual((await both.secret('token'))?.value, bytes('one'));
      assert.deepEqual([await both.resealSecrets(), await both.resealSecrets()], [1, 0]);

      const fresh = await reopen({ sealingKeys: [keyTwo] });
      assert.deepEqual(await fresh.secret('token'), { value: bytes('one'), version: 1 });
    });

    test('without the right key nothing is returned, and nothing else stops working', async () => {
      const { open, now } = ground();
      const { store, reopen } = await open({ sealingKeys: [keyOne] });
      await store.saveSecret('token', bytes('one'), null, now());

      const wrong = await reopen({ sealingKeys: [keyTwo] });
      await assert.rejects(wrong.secret('token'), code('STORE_KEY'));
      await assert.rejects(wrong.resealSecrets(), code('STORE_KEY'));
      const none = await reopen({ sealingKeys: [] });
      await assert.rejects(none.saveSecret('token', bytes('two'), 1, now()), code('STORE_KEY'));

      assert.equal((await none.health(now())).backlog, 0);
    });

    test('an envelope put under another name does not open', async () => {
      const { open, now } = ground();
      const { store, tamper } = await open({ sealingKeys: [keyOne] });
      await store.saveSecret('token', bytes('one'), null, now());

      await tamper("insert into secret (name, sealed, version, updated_at) select 'other', sealed, version, updated_at from secret");

      await assert.rejects(store.secret('other'), code('STORE_KEY'));
    });
  });

  describe('named locks and settings', () => {
    test('a named lock has one owner at a time', async () => {
      const { open, now } = ground();
      const { store } = await open();

      const tries = await Promise.all(Array.from({ length: 8 }, (_, at) => store.tryLock('leader', `replica ${at}`, 10_000, now())));

      assert.equal(tries.filter(Boolean).length, 1);
    });

    test('its owner may prolong it, others get it when it ran out or was given back', async () => {
      const { open, system, now } = ground();
      const { store } = await open();

      assert.equal(await store.tryLock('leader', 'one', 10_000, now()), true);
      system.advance(9_000);
      assert.equal(await store.tryLock('leader', 'one', 10_000, now()), true);
      system.advance(9_999);
      assert.equal(await store.tryLock('leader', 'two', 10_000, now()), false);
      system.advance(1);
      assert.equal(await store.tryLock('leader', 'two', 10_000, now()), true);
      await store.unlock('leader', 'one');
      assert.equal(await store.tryLock('leader', 'one', 10_000, now()), false);
      await store.unlock('leader', 'two');
      assert.equal(await store.tryLock('leader', 'one', 10_000, now()), true);
    });

    test('a setting is kept under its name', async () => {
      const { open, now } = ground();
      const { store } = await open();

      assert.equal(await store.setting('paused'), null);
      await store.saveSetting('paused', 'because', now());
      await store.saveSetting('paused', '', now());

      assert.equal(await store.setting('paused'), '');
    });
  });
}
