/** The mapping that several processes of one service work by. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { holdMapping, type MappingInForce } from '../../src/app/mapping-in-force.ts';
import { defaultMapping } from '../../src/domain/default-mapping.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import type { Log } from '../../src/log.ts';
import { openStore } from '../../src/store/open.ts';
import { virtualSystem } from '../partner-center/virtual-system.ts';

const system = virtualSystem();
const store = await openStore({ url: 'sqlite::memory:', sealingKeys: [], system });
after(() => store.close());
const log = { info: () => undefined, warn: () => undefined } as unknown as Log;

const stopped: Mapping = { ...defaultMapping, fields: defaultMapping.fields.map((rule) => ({ ...rule, direction: 'off' })) };
let saved: Mapping = defaultMapping;
const process = (): Promise<MappingInForce> =>
  holdMapping({ readMapping: async () => ({ mapping: saved, findings: [] }) }, store, system, log);

test('A field an admin stops is stopped in every process, not only in the one that was asked to read the mapping', async () => {
  const [asked, other] = [await process(), await process()];
  await other.catchUp();
  assert.deepEqual(other.current(), defaultMapping);

  saved = stopped;
  assert.deepEqual(await asked.reload(), []);
  assert.deepEqual(other.current(), defaultMapping);
  await other.catchUp();
  assert.deepEqual(other.current(), stopped);
});
