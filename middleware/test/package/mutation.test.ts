import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mutable, mutate, mutationRun, seeded } from './mutation.ts';
import { readPackage } from './package-files.ts';

const files = readPackage();

test('a mutation run is repeatable by its seed and most changes are noticed', () => {
  const run = mutationRun(files, 25, 11);
  assert.equal(run.tried, 25);
  assert.ok(run.caught >= 20, `${run.caught} of 25`);
  assert.deepEqual(mutationRun(files, 5, 3), mutationRun(files, 5, 3));
});

test('a mutation changes one place of one file and leaves the package itself alone', () => {
  const population = mutable(files);
  const random = seeded(5);
  assert.ok(population.length > 3_000, `${population.length}`);
  for (let round = 0; round < 50; round += 1) {
    const mutation = mutate(files, population, random);
    if (!mutation) continue;
    const before = (files.get(mutation.path) ?? '').split('\n');
    const after = mutation.text.split('\n');
    assert.equal(after.filter((line, index) => line !== before[index]).length, 1, JSON.stringify(mutation));
  }
});
