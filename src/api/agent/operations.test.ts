import { expect, test } from 'vitest';
import { KonsulError } from '../../runtime/errors.ts';
import { startAgentApi } from '../../testing/agent-api.ts';
import type { Operations } from '../operations.ts';
import { agentForceLeave } from './force-leave.ts';
import { agentJoin } from './join.ts';
import { agentLeave } from './leave.ts';
import { agentMonitor } from './monitor.ts';
import { agentReload } from './reload.ts';

const ROUTES = [agentForceLeave, agentJoin, agentLeave, agentMonitor, agentReload];

const refused = async (): Promise<never> => {
  throw new KonsulError('REJECTED', 'no such thing');
};

test.each([
  ['PUT /v1/agent/reload', 'reload', []],
  ['PUT /v1/agent/leave', 'leave', []],
  ['PUT /v1/agent/join/10.0.0.1:8301', 'join', ['10.0.0.1:8301']],
  ['PUT /v1/agent/force-leave/edge%2F9', 'forceLeave', ['edge/9', false]],
  ['PUT /v1/agent/force-leave/edge%2F9?prune', 'forceLeave', ['edge/9', true]],
] as const)('%s asks the process, and answers nothing', async (call, name, given) => {
  const asked: unknown[] = [];
  const operations: Partial<Operations> = { [name]: async (...values: unknown[]) => void asked.push(...values) };
  const { send } = await startAgentApi({ routes: ROUTES, operations });
  expect(await send(call)).toMatchObject({ status: 200, text: '' });
  expect(asked).toEqual(given);
});

test.each([
  ['PUT /v1/agent/reload', 'reload'],
  ['PUT /v1/agent/leave', 'leave'],
  ['PUT /v1/agent/join/x', 'join'],
  ['PUT /v1/agent/force-leave/x', 'forceLeave'],
] as const)('%s says why it failed', async (call, name) => {
  const { send } = await startAgentApi({ routes: ROUTES, operations: { [name]: refused } });
  expect(await send(call)).toMatchObject({ status: 500, text: 'no such thing' });
});

test('Other datacenters cannot be joined', async () => {
  const { send } = await startAgentApi({ routes: ROUTES });
  expect(await send('PUT /v1/agent/join/10.0.0.1?wan=1')).toMatchObject({ status: 500, text: /other datacenters/ });
});

test.each([
  ['', 'info', false],
  ['?loglevel=debug', 'debug', false],
  ['?loglevel=WARN&logjson', 'warn', true],
  ['?loglevel=err', 'error', false],
])('monitor%s streams from %s on', async (query, level, isJson) => {
  const asked: unknown[] = [];
  const operations: Partial<Operations> = {
    monitor(options) {
      asked.push({ level: options.level, isJson: options.isJson });
      return (async function* () {})();
    },
  };
  const { send } = await startAgentApi({ routes: ROUTES, operations });
  expect((await send(`GET /v1/agent/monitor${query}`)).status).toBe(200);
  expect(asked).toEqual([{ level, isJson }]);
});

test('A level that is none is refused with Consul’s text', async () => {
  const { send } = await startAgentApi({ routes: ROUTES });
  expect(await send('GET /v1/agent/monitor?loglevel=loud')).toMatchObject({ status: 400, text: 'Unknown log level: loud' });
});
