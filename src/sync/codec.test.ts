import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleRecords } from '../../test/conformance/sample-records.ts';
import { command } from '../../test/fixtures/commands.ts';
import { nodeDefinition, register } from '../../test/fixtures/records.ts';
import { isEqual } from '../model/values.ts';
import { KonsulError } from '../runtime/errors.ts';
import { decodeMessage, encodeChunk, encodeFrame, MAX_FRAME_BYTES } from './codec.ts';
import { assertCommand } from './codec-commands.ts';
import { fromWireError, toWireError } from './codec-error.ts';
import type { DownFrame, UpFrame } from './frames.ts';

type Frame = UpFrame | DownFrame;

const wireError = { code: 'REJECTED', message: 'no', status: 500 } as const;
const place = { topic: 'kv-entry', key: 'ü"\\' };
const records = sampleRecords.map(({ value }) => value);

/** One of each, with every member. */
const frames: { readonly [K in Frame['t']]: Extract<Frame, { readonly t: K }> } = {
  challenge: { t: 'challenge', protocol: [1, 0], nonce: 'a' },
  hello: {
    ...{ t: 'hello', protocol: [1, 0], nonce: 'b', proof: 'c', datacenter: 'dc1', node: nodeDefinition('n1') },
    identity: { nodeId: 'id', boot: 1, runId: 'run', isFresh: true },
    ...{ version: '1', lineage: 'l', seen: 7, heartbeatMs: 10_000, maxViewBytes: 1_000 },
  },
  welcome: { t: 'welcome', protocol: [1, 0], proof: '', lineage: 'l', index: 1, server: { name: 's', address: 'a:1' }, heartbeatMs: 1 },
  refused: { t: 'refused', error: wireError, isTransient: false },
  sub: { t: 'sub', views: [['nodes', ''], { ...place, index: 5, digest: [1, 2] }], once: true, seen: 5 },
  unsub: { t: 'unsub', views: [['nodes', '']] },
  unsubbed: { t: 'unsubbed', views: [['nodes', '']] },
  view: { t: 'view', ...place, index: 5, digest: [0xffff_ffff, 0], items: records },
  change: { t: 'change', ...place, from: 5, index: 6, digest: [1, 2], gone: [0, 4], put: records.map((record, at) => [at, record]) },
  same: { t: 'same', ...place, index: 5 },
  noview: { t: 'noview', ...place, error: wireError },
  cmd: {
    t: 'cmd',
    id: 1,
    command: { kind: 'kv.put', key: 'k', value: Buffer.from([0, 255]), flags: 2n ** 64n - 1n, condition: { kind: 'none' } },
  },
  push: { t: 'push', seq: 1, commands: [{ kind: 'catalog.deregister', node: 'n', serviceId: 's', checkId: '' }] },
  ack: { t: 'ack', seq: 1, failed: [[0, wireError]] },
  fetch: { t: 'fetch', id: 1, digest: [0, 0] },
  resync: { t: 'resync' },
  leave: { t: 'leave', id: 1 },
  relay: { t: 'relay', id: 1, method: 'GET', path: '/', rawQuery: '', headers: { a: 'b' }, remoteAddress: '', hasBody: true },
  head: { t: 'head', id: 0xffff_ffff, status: 200, headers: {} },
  credit: { t: 'credit', id: 1, bytes: 65_536 },
  cancel: { t: 'cancel', id: 1 },
  done: { t: 'done', id: 1, result: records },
  fail: { t: 'fail', id: 1, error: wireError },
  hb: { t: 'hb', i: 1, d: [1, 2], q: true },
  upstream: { t: 'upstream', isLive: false, ageMs: 1.5, reason: 'link-down' },
};

const textMessage = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

const malformed = (message: string | RegExp): unknown =>
  expect.objectContaining({ code: 'BAD_REQUEST', message: typeof message === 'string' ? message : expect.stringMatching(message) });

const roundTrip = (frame: Frame): Frame => {
  const message = decodeMessage(encodeFrame(frame));
  if (message.kind !== 'frame') throw new Error('no frame');
  return message.frame;
};

describe.each(Object.entries(frames))('a %s frame', (kind, frame) => {
  test('comes back as it was, frozen', () => {
    const back = roundTrip(frame);
    expect(isEqual(back, frame)).toBe(true);
    expect(Object.isFrozen(back)).toBe(true);
  });

  test('with a member that only a newer version knows is taken', () => {
    expect(decodeMessage(textMessage({ ...JSON.parse(JSON.stringify(plainOf(frame))), newer: [1] }))).toMatchObject({ frame: { t: kind } });
  });

  test.each(Object.keys(frame).filter((member) => member !== 't'))('with nonsense for %s is refused', (member) => {
    const broken = { ...plainOf(frame), [member]: { $$nonsense: 1 } };
    const isAnything = member === 'result';
    const read = (): unknown => decodeMessage(textMessage(broken));
    if (isAnything) expect(read).not.toThrow();
    else expect(read).toThrow(malformed(new RegExp(`^malformed message: frame ${kind}\\.${member}`)));
  });
});

/** Without bytes and large integers. */
const plainOf = (frame: Frame): Frame => JSON.parse(new TextDecoder().decode(encodeSmall(frame))) as Frame;
const encodeSmall = (frame: Frame): Uint8Array => {
  const small =
    frame.t === 'view' || frame.t === 'done' ? { ...frame, items: [], result: 1 } : frame.t === 'change' ? { ...frame, put: [] } : frame;
  return encodeFrame(small as Frame);
};

test.each<[Uint8Array, RegExp]>([
  [new Uint8Array(), /it is empty/],
  [Uint8Array.of(0x03, 1), /its first byte is 3/],
  [Buffer.from('[1]'), /its first byte is 91/],
  [Buffer.from('{nonsense'), /is no JSON/],
  [Uint8Array.of(0x01, 0xff, 0xff, 0xff), /cannot be inflated/],
  [Uint8Array.of(0x01), /cannot be inflated/],
  [Uint8Array.of(0x02, 0, 0), /a chunk without an id/],
  [textMessage({}), /frame \.t is not a text/],
  [textMessage({ t: 7 }), /frame \.t is not a text/],
  [textMessage({ t: 'constructor' }), /\.t is unknown: "constructor"/],
  [textMessage({ t: '__proto__' }), /\.t is unknown/],
  [textMessage({ t: 'x'.repeat(1_000) }), /\.t is unknown: "x{40}…"$/],
  [textMessage({ t: 'cancel', id: -1 }), /frame cancel\.id is not an integer of 32 bits/],
  [textMessage({ t: 'cancel', id: 2 ** 32 }), /frame cancel\.id/],
  [textMessage({ t: 'same', topic: 'a', key: 'b', index: 2 ** 53 }), /frame same\.index is not a safe integer/],
  [textMessage({ t: 'same', topic: 'a', key: 'b', index: 1.5 }), /frame same\.index/],
  [textMessage({ t: 'sub', views: [['a', 'b'], ['a']], seen: 0 }), /frame sub\.views\[1\] is not a list of 2/],
  [textMessage({ t: 'sub', views: [{ topic: 'a', key: 'b', index: 1, digest: [1, -1] }], seen: 0 }), /\.views\[0\]\.digest\[1\]/],
  [textMessage({ t: 'change', topic: 'a', key: 'b', from: 1, index: 2, digest: [0, 0], gone: [-1], put: [] }), /\.gone\[0\]/],
  [textMessage({ t: 'push', seq: 1, commands: [null] }), /\.commands\[0\] is not an object/],
  [Buffer.from('{"t":"same","__proto__":{"topic":"a","key":"b","index":1}}'), /frame same\.topic is not a text/],
])('message %# is refused: %s', (message, problem) => {
  expect(() => decodeMessage(message)).toThrow(malformed(problem));
});

test('no bytes at all make anything but a frame, a chunk or BAD_REQUEST', () => {
  const bytes = fc.oneof(
    fc.uint8Array(),
    fc.tuple(fc.constantFrom(0x01, 0x02, 0x7b), fc.uint8Array()).map(([first, rest]) => Uint8Array.of(first, ...rest)),
    fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
    fc.jsonValue().map((value) => Buffer.concat([Uint8Array.of(0x01), deflateRawSync(Buffer.from(JSON.stringify(value)))])),
    fc
      .constantFrom(...Object.keys(frames))
      .chain((t) => fc.dictionary(fc.string(), fc.jsonValue()).map((rest) => textMessage({ ...rest, t }))),
  );
  fc.assert(
    fc.property(bytes, (message) => {
      try {
        decodeMessage(message);
      } catch (error) {
        expect(error).toBeInstanceOf(KonsulError);
        expect(error).toMatchObject({ code: 'BAD_REQUEST' });
      }
    }),
  );
});

test('large frames are deflated, small ones are plain text', () => {
  expect(encodeFrame(frames.same)[0]).toBe('{'.charCodeAt(0));
  const large = encodeFrame({ ...frames.view, items: ['x'.repeat(100_000)] });
  expect(large[0]).toBe(0x01);
  expect(large.length).toBeLessThan(2_000);
});

test('a small message that inflates without end is refused before it is held', () => {
  const bomb = Buffer.concat([Uint8Array.of(0x01), deflateRawSync(Buffer.alloc(MAX_FRAME_BYTES + 1, 0x20))]);
  expect(bomb.length).toBeLessThan(200_000);
  expect(() => decodeMessage(bomb)).toThrow(malformed(`malformed message: a frame is longer than ${MAX_FRAME_BYTES} bytes`));
  expect(() => decodeMessage(Buffer.from(`{${' '.repeat(200)}}`), 100)).toThrow(malformed(/longer than 100 bytes/));
});

test('a frame that no link carries is not made', () => {
  expect(() => encodeFrame({ t: 'done', id: 1, result: 'x'.repeat(MAX_FRAME_BYTES) })).toThrow(
    expect.objectContaining({ code: 'TOO_LARGE' }),
  );
});

test('chunks carry their id and any bytes, and may be empty', () => {
  fc.assert(
    fc.property(fc.nat({ max: 0xffff_ffff }), fc.uint8Array(), (id, bytes) => {
      const message = decodeMessage(encodeChunk({ id, bytes }));
      expect(message).toMatchObject({ kind: 'chunk', chunk: { id } });
      expect(message.kind === 'chunk' && Buffer.compare(message.chunk.bytes, bytes)).toBe(0);
    }),
  );
});

test('every command that a door makes may travel, and is taken at the other end', () => {
  fc.assert(
    fc.property(command(), (sent) => {
      const frame = roundTrip({ t: 'cmd', id: 1, command: sent });
      expect(isEqual(frame.t === 'cmd' && frame.command, sent)).toBe(true);
      if (frame.t === 'cmd' && !/^(?:lock-delay|node)\./.test(sent.kind)) expect(() => assertCommand(frame.command)).not.toThrow();
    }),
    { numRuns: 500 },
  );
});

test.each<[object, RegExp]>([
  [{ kind: 'lock-delay.end', key: 'k' }, /no link carries commands of the kind "lock-delay\.end"/],
  [{ kind: 'node.link' }, /no link carries/],
  [{ kind: 'constructor' }, /no link carries/],
  [{ ...register('n'), isOfServer: true }, /catalog\.register\.isOfServer is not for links/],
  [{ kind: 'kv.delete', key: 7 }, /malformed command: kv\.delete\.key is not a text/],
  [{ kind: 'kv.put', key: 'k', value: 'text', flags: 0, condition: { kind: 'none' } }, /kv\.put\.value is not bytes/],
  [{ kind: 'kv.put', key: 'k', value: new Uint8Array(), flags: 2n ** 64n, condition: { kind: 'none' } }, /\.flags is not an integer of 64/],
  [{ kind: 'kv.put', key: 'k', value: new Uint8Array(), flags: 0, condition: { kind: 'acquire' } }, /\.condition\.session is not a text/],
  [{ kind: 'txn', operations: [{ on: 'kv', verb: 'steal', index: 0 }] }, /\.operations\[0\]\.verb is not one of set, cas/],
  [{ kind: 'setting.put', setting: { name: 'a', value: [] } }, /\.setting\.value is not an object/],
])('command %# is refused: %s', (sent, problem) => {
  expect(() => assertCommand(sent as never)).toThrow(malformed(problem));
});

test('errors keep code, text and status; a code from the future keeps text and status', () => {
  const error = new KonsulError('REJECTED', 'Node name a is reserved', { status: 418 });
  expect(fromWireError(toWireError(error))).toMatchObject({ code: 'REJECTED', message: error.message, status: 418 });
  expect(fromWireError({ code: 'FROM_THE_FUTURE' as 'REJECTED', message: 'm', status: 507 })).toMatchObject({
    code: 'REJECTED',
    status: 507,
  });
  expect(toWireError(new TypeError('a bug'))).toEqual({ code: 'KONSUL_INVARIANT', message: 'a bug', status: 500 });
});
