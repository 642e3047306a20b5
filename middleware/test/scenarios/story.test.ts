import { after, before, test } from 'node:test';

import { chapters } from '../../simulators/demo/story.ts';
import type { Narrator } from '../../simulators/demo/narrate.ts';
import { isQuiet, openWorld, type World } from './scene.ts';

const silent: Narrator = {
  chapter: () => undefined,
  act: () => undefined,
  both: () => undefined,
  fact: () => undefined,
  say: () => undefined,
};
const deal = { id: '' };
let world: World;

before(async () => {
  world = await openWorld();
});

after(() => world?.close());

for (const { letter, title, play } of chapters) {
  test(`The story, ${letter}: ${title}`, () => play({ world, tell: silent }, deal));
}

test('After the story a second pass over every deal plans nothing and writes nothing on either side', () => isQuiet(world));
