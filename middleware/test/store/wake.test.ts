import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBell } from '../../src/store/wake.ts';
import { manualSystem } from './manual-system.ts';

const never = new AbortController().signal;

test('everyone who waits hears the bell', async () => {
  const system = manualSystem();
  const bell = createBell(system);
  const waiting = [bell.wait(1_000, never), bell.wait(1_000, never)];

  bell.ring();
  await Promise.all(waiting);

  assert.equal(system.sleeping(), 0);
});

test('a ring nobody waited for is kept for the next one, once', async () => {
  const system = manualSystem();
  const bell = createBell(system);

  bell.ring();
  await bell.wait(1_000, never);
  const second = bell.wait(1_000, never);

  assert.equal(system.sleeping(), 1);
  system.advance(1_000);
  await second;
});

test('whoever has just looked for work is not woken by what was told before', async () => {
  const system = manualSystem();
  const bell = createBell(system);

  bell.ring();
  bell.look();
  const waiting = bell.wait(1_000, never);

  assert.equal(system.sleeping(), 1);
  bell.ring();
  await waiting;
});

test('waiting ends with the service', async () => {
  const system = manualSystem();
  const bell = createBell(system);
  const stop = new AbortController();
  const waiting = bell.wait(1_000, stop.signal);

  stop.abort();
  await waiting;
  await bell.wait(1_000, stop.signal);

  assert.equal(system.sleeping(), 0);
});
