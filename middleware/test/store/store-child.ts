/** Run as a process of its own: takes in one notice after the other and says so once each is durable, until it is killed. */
import { openStore } from '../../src/store/open.ts';
import { realSystem } from '../../src/system.ts';
import { notice, opportunity, orgId } from './samples.ts';

const store = await openStore({ url: `sqlite:${process.argv[2] ?? ''}`, sealingKeys: [], system: realSystem() });
const begin = Number((await store.position('events')) ?? 0);
process.stdout.write(`${begin}\n`);
for (let number = begin + 1; ; number++) {
  await store.accept(
    orgId,
    [notice(opportunity(`006-${number}`), { id: `event ${number}` })],
    { stream: 'events', value: String(number) },
    number,
  );
  process.stdout.write(`${number}\n`);
  await new Promise((resolve) => setImmediate(resolve));
}
