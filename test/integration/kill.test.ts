/**
 * The process dies at any instant: every acknowledged write is there afterwards, no transaction is half there, no index goes back.
 * Ten rounds; KONSUL_LONG=1: two hundred. The seed is printed and can be given back as KONSUL_SEED.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { test } from './konsul-test.ts';
import { WriteLoad } from './write-load.ts';

const rounds = process.env.KONSUL_LONG === '1' ? 200 : 10;
const seed = Number(process.env.KONSUL_SEED ?? process.pid);
const ROUND_BOUND_MS = 15_000;

/** A small generator of numbers in [0, 1) that a seed determines (mulberry32). */
function chanceOf(start: number): () => number {
  let state = start | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test(`${rounds} kills in mid-write (KONSUL_SEED=${seed}) lose nothing that was acknowledged`, { timeout: rounds * ROUND_BOUND_MS }, async ({
  start,
}) => {
  const server = await start();
  const chance = chanceOf(seed);
  const load = new WriteLoad(server);
  for (let round = 0; round < rounds; round++) {
    const running = load.run();
    const delayMs = 20 + chance() * 400;
    await pause(delayMs);
    await server.kill();
    await running;
    await server.restart();
    expect(await load.violations(), `round ${round}, killed after ${delayMs.toFixed(0)} ms`).toEqual([]);
  }
  expect(load.acknowledged, 'enough writes to mean something').toBeGreaterThan(rounds * 20);
});
