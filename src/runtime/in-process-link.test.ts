import { expect, test } from 'vitest';
import { InProcessTransport } from './in-process-link.ts';
import type { Link } from './link.ts';
import { QUEUE_OVERFLOW } from './link-inbox.ts';

const never = new AbortController().signal;
const bytes = (text: string): Uint8Array => Buffer.from(text);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface End {
  readonly link: Link;
  /** Messages as texts; a close as `closed: <reason>`. */
  readonly seen: string[];
}

function record(link: Link): End {
  const seen: string[] = [];
  link.onMessage((message) => seen.push(Buffer.from(message).toString()));
  link.onClose((reason) => seen.push(`closed: ${reason}`));
  return { link, seen };
}

async function linked(maxQueuedBytes = 1_000): Promise<{ near: End; far: End }> {
  const transport = new InProcessTransport({ maxQueuedBytes });
  const accepted: Link[] = [];
  await transport.listen('server', (link) => accepted.push(link));
  const near = record(await transport.dial('server', never));
  return { near, far: record(accepted[0] as Link) };
}

test('messages arrive in order, both ways, and later than they are sent', async () => {
  const { near, far } = await linked();
  for (const text of ['1', '2', '3']) near.link.send(bytes(text));
  far.link.send(bytes('a'));
  expect(far.seen).toEqual([]);
  await turn();
  expect([far.seen, near.seen]).toEqual([['1', '2', '3'], ['a']]);
});

test('messages wait for their receiver', async () => {
  const transport = new InProcessTransport();
  await transport.listen('server', (link) => link.send(bytes('hello')));
  const link = await transport.dial('server', never);
  await turn();
  const end = record(link);
  await turn();
  expect(end.seen).toEqual(['hello']);
});

test('an answer sent while receiving keeps its place', async () => {
  const { near, far } = await linked();
  far.link.onMessage((message) => far.link.send(message));
  for (const text of ['1', '2']) near.link.send(bytes(text));
  await turn();
  expect(near.seen).toEqual(['1', '2']);
});

test('both ends hear of a close once, the other one after what was sent before', async () => {
  const { near, far } = await linked();
  near.link.send(bytes('last'));
  near.link.close('bye');
  near.link.close('again');
  far.link.close('late');
  near.link.send(bytes('ignored'));
  await turn();
  expect([near.seen, far.seen]).toEqual([['closed: bye'], ['last', 'closed: bye']]);
});

test('who closes receives nothing any more, even in the middle of a batch', async () => {
  const { near, far } = await linked();
  const seen: string[] = [];
  far.link.onMessage((message) => {
    seen.push(Buffer.from(message).toString());
    far.link.close('enough');
  });
  for (const text of ['1', '2']) near.link.send(bytes(text));
  await turn();
  expect([seen, near.seen]).toEqual([['1'], ['closed: enough']]);
});

test('who asks after a close is told the reason', async () => {
  const { near, far } = await linked();
  near.link.close('bye');
  await turn();
  const late = record(far.link);
  await turn();
  expect([far.seen, late.seen]).toEqual([['closed: bye'], ['closed: bye']]);
});

test('a queue that is not taken closes the link with a reason instead of growing', async () => {
  const { near, far } = await linked(300);
  for (let i = 0; i < 10; i += 1) near.link.send(bytes('x'.repeat(100)));
  await turn();
  expect(near.seen).toEqual([`closed: ${QUEUE_OVERFLOW}`]);
  expect(far.seen.at(-1)).toBe(`closed: ${QUEUE_OVERFLOW}`);
});

test('what has been delivered does not count against the queue', async () => {
  const { near, far } = await linked(300);
  for (let i = 0; i < 20; i += 1) {
    near.link.send(bytes('x'.repeat(200)));
    await turn();
  }
  expect(far.seen).toHaveLength(20);
});

test('empty messages are bounded too', async () => {
  const { near } = await linked(640);
  for (let i = 0; i < 11; i += 1) near.link.send(bytes(''));
  await turn();
  expect(near.seen).toEqual([`closed: ${QUEUE_OVERFLOW}`]);
});

test('an address can be had once, and again after its listener closed', async () => {
  const transport = new InProcessTransport();
  const listener = await transport.listen('a', () => {});
  await expect(transport.listen('a', () => {})).rejects.toThrow('already in use');
  await listener.close();
  await expect(transport.dial('a', never)).rejects.toThrow('connection refused: nobody listens at a');
  await transport.listen('a', () => {});
  await expect(transport.dial('a', AbortSignal.abort())).rejects.toThrow('aborted');
});

test('a listener that refuses makes the dial fail', async () => {
  const transport = new InProcessTransport();
  await transport.listen('a', () => {
    throw new Error('full');
  });
  await expect(transport.dial('a', never)).rejects.toThrow('full');
});
