/** The commands that operate a server, as a process against a real one: from its members to its end. */
import { expect, test } from 'vitest';
import { Child } from './child.ts';
import { startKonsul } from './konsul-process.ts';
import { konsulProgram, type ProgramRun, runProgram } from './run-program.ts';
import { waitUntil } from './wait-until.ts';

test('an operator looks around, changes things and takes the server out', async () => {
  const server = await startKonsul({ dev: true, config: { performance: { leave_drain_time: '100ms' } } });
  const env = { CONSUL_HTTP_ADDR: server.url };
  const run = (...words: string[]): Promise<ProgramRun> => runProgram([...konsulProgram(), ...words], { env });
  const says = async (words: string, expected: RegExp, code = 0): Promise<void> => {
    const { out, err, ...ended } = await run(...words.split(' '));
    expect([words, ended.code, `${out}${err}`]).toEqual([words, code, expect.stringMatching(expected)]);
  };
  try {
    await says('members', /^Node +Address +Status[\s\S]*\nn1 .* alive +server/);
    await says('info', /^agent:\n\tcheck_monitors = 0[\s\S]*\nraft:[\s\S]*\tstate = Leader/);
    await says('operator raft list-peers', /\nn1 .* leader +true/);
    await says('operator autopilot set-config -cleanup-dead-servers=false', /Configuration updated/);
    await says('operator autopilot get-config', /^CleanupDeadServers = false/);
    await says('event -name=deploy v2', /^Event ID: [0-9a-f-]{36}\n$/);
    expect((await server.call('/v1/event/list?name=deploy')).json<{ Payload: string }[]>()[0]?.Payload).toBe('djI=');
    await says('join 127.0.0.1', /^Successfully joined cluster by contacting 1 nodes\./);
    await says('join 127.0.0.1:1', /servers of this version do not join others/, 1);
    await says('force-leave nobody', /No node found with name 'nobody'/, 1);
    await says('rtt n1 n1', /Could not find a coordinate for node "n1"/, 1);
    const vec = Array.from({ length: 8 }, () => 0);
    await server.put('/v1/coordinate/update', { Node: 'n1', Coord: { Vec: vec, Error: 1, Adjustment: 0, Height: 0.001 } });
    await says('rtt n1 n1', /^Estimated n1 <-> n1 rtt: 2\.000 ms \(using LAN coordinates\)/);

    const [command = '', ...rest] = konsulProgram();
    const monitor = await Child.start(command, [...rest, 'monitor', '-log-level=debug'], { env });
    await waitUntil(async () => (await run('reload')).code === 0 && monitor.log().includes('configuration reloaded'), { what: 'the log' });
    await says('maint -enable -reason=work', /Node maintenance is now enabled/);
    await says('leave', /^Graceful leave complete/);
    expect(await server.exited).toEqual({ code: 0, signal: null });
    await waitUntil(() => monitor.exit(), { what: 'the monitor to end with the server' });
  } finally {
    await server.kill();
    server.remove();
  }
});
