/** What programs may write, and what does not compile. Checked by `tsc`, never run. */
import { connect, createAgent, type Instance, type Konsul, type KonsulAgent, type KonsulClient } from '../index.ts';

declare const agent: KonsulAgent;
declare const client: KonsulClient;

export async function reads(): Promise<void> {
  const found: readonly Instance[] | Promise<readonly Instance[]> = agent.health('web');
  // @ts-expect-error: at an agent elsewhere it is a promise
  client.health('web').length;
  const instances: readonly Instance[] = await client.health('web', { passing: false, tag: ['a', 'b'] });
  // @ts-expect-error: instances are not to be changed
  instances[0].tags.push('x');
  // @ts-expect-error: no such option
  await client.health('web', { healthy: true });
  // @ts-expect-error: no such strategy
  agent.service('web', { pick: { strategy: 'random' } });
  // @ts-expect-error: it is told, not set
  agent.service('web').instances = await found;
}

export async function watches(konsul: Konsul): Promise<void> {
  for await (const { value, index, isReset } of konsul.watch('service', { name: 'web' })) {
    const [first]: readonly Instance[] = value;
    const where: [number, boolean, number | undefined] = [index, isReset, first?.port];
    where.reverse();
  }
  for await (const { value } of konsul.watch('services')) value[0]?.tags.at(0)?.trim();
  for await (const { value } of konsul.watch('kv', { prefix: 'a/' })) value[0]?.text.trim();
  for await (const { value } of konsul.watch('events')) value[0]?.payload.at(0);
  for await (const { value } of konsul.kv.watch('a')) {
    // @ts-expect-error: there may be no such key
    value.text.trim();
  }
  // @ts-expect-error: which service?
  konsul.watch('service');
  // @ts-expect-error: there is no such watch
  konsul.watch('sessions');
  // @ts-expect-error: not an option of this watch
  konsul.watch('nodes', { prefix: 'a' });
}

export async function writes(konsul: Konsul): Promise<void> {
  await konsul.register({ name: 'web', checks: [{ http: 'http://a/', intervalMs: 1_000 }, { ttlMs: 1 }] });
  // @ts-expect-error: a check that is run needs an interval
  await konsul.register({ name: 'web', checks: [{ http: 'http://a/' }] });
  // @ts-expect-error: what kind of check?
  await konsul.register({ name: 'web', checks: [{ id: 'c' }] });
  // @ts-expect-error: a name is missing
  await konsul.register({ port: 80 });
  const sum: number = await konsul.lock('k', async ({ fencingNumber, signal }) => (signal.aborted ? 0 : fencingNumber));
  const text: string = await konsul.lock('k', { waitMs: sum }, () => 'x');
  const isDone: boolean = await konsul.kv.cas('k', text, 1);
  // @ts-expect-error: what is put is text or bytes
  await konsul.kv.put('k', isDone);
}

export async function connections(): Promise<void> {
  const made: KonsulAgent = await createAgent({ servers: ['a:8300'], http: { port: 8500 } });
  const http: KonsulClient = await connect({ address: 'http://127.0.0.1:8500', token: 't' });
  const thread: Konsul = await connect({ port: made.port() });
  // @ts-expect-error: from a thread, what is at hand is given without a promise
  await thread.health('web').then(() => {});
  // @ts-expect-error: servers must be said, if only to say that there are none
  await createAgent({});
  await http.close();
}
