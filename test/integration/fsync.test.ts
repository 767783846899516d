/**
 * "Acknowledged means on disk", seen from the kernel: in a trace of the server's system calls the answer to a write leaves only after a
 * sync that began when the write's bytes had been handed to the file. Not a proof that the disk keeps its word.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { requireRealPart } from '../real-parts.ts';
import { test } from './konsul-test.ts';
import { parseTrace, type SystemCall } from './system-trace.ts';
import { waitUntil } from './wait-until.ts';

const SYNCS = ['fdatasync', 'fsync', 'msync', 'sync_file_range'];
const FILE_WRITES = ['pwrite64', 'pwritev', 'pwritev2', 'write', 'writev'];
const ANSWERS = ['write', 'writev', 'sendto', 'sendmsg'];
const TRACED = [...new Set([...SYNCS, ...FILE_WRITES, ...ANSWERS, 'read', 'recvfrom'])].join();

interface Write {
  readonly what: string;
  readonly path: (marker: string) => string;
  readonly body: (marker: string) => unknown;
}

const WRITES: readonly Write[] = [
  { what: 'a KV put', path: (marker) => `/v1/kv/${marker}`, body: (marker) => `value-${marker}` },
  {
    what: 'a catalog registration',
    path: () => '/v1/catalog/register',
    body: (marker) => ({ Node: marker, Address: '10.0.0.1', Service: { Service: 'web', Port: 80 } }),
  },
  { what: 'a local registration', path: () => '/v1/agent/service/register', body: (marker) => ({ Name: marker, Port: 80 }) },
];

for (const { what, path, body } of WRITES) {
  test(`${what} is answered after a sync that began after its bytes were written`, async ({ start, folder, skip }) => {
    const strace = requireRealPart('strace', { skip }).path;
    const traceFile = join(folder, 'trace');
    const server = await start({ wrapper: [strace, '-f', '-qq', '-s', '65536', '-o', traceFile, '-e', `trace=${TRACED}`] });
    const markers = Array.from({ length: 5 }, (_, n) => `fsync-marker-${n}-end`);
    for (const marker of markers) expect((await server.put(path(marker), body(marker))).status).toBe(200);
    await server.stop();
    await waitUntil(() => readFileSync(traceFile, 'utf8').length > 0, { what: 'the trace' });
    const calls = parseTrace(readFileSync(traceFile, 'utf8'));
    for (const marker of markers) expect(verdict(calls, marker), marker).toBe('synced before the answer');
  });
}

/** Looks at one write: its arrival on a socket, its bytes on their way to a file, the sync, the answer on the same socket. */
function verdict(calls: readonly SystemCall[], marker: string): string {
  const arrival = calls.find((call) => ['read', 'recvfrom'].includes(call.name) && isRequest(call.text) && call.text.includes(marker));
  if (arrival === undefined) return 'the request is not in the trace';
  const answer = calls.find(
    (call) =>
      call.startedAt > arrival.endedAt && ANSWERS.includes(call.name) && call.fd === arrival.fd && call.text.includes('HTTP/1.1 200'),
  );
  if (answer === undefined) return 'the answer is not in the trace';
  const between = calls.filter((call) => call.startedAt > arrival.endedAt && call.endedAt < answer.startedAt);
  const written = between.find((call) => FILE_WRITES.includes(call.name) && call.fd !== arrival.fd && call.text.includes(marker));
  const from = written?.endedAt ?? arrival.endedAt; // a mapped file shows no write of its own
  const synced = between.some((call) => SYNCS.includes(call.name) && call.startedAt > from && call.result === '0');
  return synced ? 'synced before the answer' : 'answered without a sync';
}

function isRequest(text: string): boolean {
  return text.includes('PUT /v1/') || text.includes('"Node"') || text.includes('"Name"');
}
