/** `konsul watch`: shows a view of the cluster, or runs a command at each change of it. */
import type { ApiClient } from '../client/api-client.ts';
import type { RunningProgram } from '../runtime/child-program.ts';
import { SystemClock } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import { type AskApi, followWatch, joinResults, type WatchResult } from '../watches/follow-watch.ts';
import { LatestRun } from '../watches/latest-run.ts';
import { watchPath, watchTypes } from '../watches/watch-query.ts';
import { watchedValue } from '../watches/watch-result.ts';
import { indentJson, stringifyJson } from '../wire/json.ts';
import { exitText, programOf, shellFlag } from './child-command.ts';
import { clientFlags, openClient } from './client-flags.ts';
import { type CliCommand, type CliInput, type CliTools, defineCommand } from './define-command.ts';
import { isOn, refuseInput, textFlag, textsFlag } from './flag-values.ts';

export const watchCommand: CliCommand = defineCommand({
  name: 'watch',
  summary: 'Shows a view of the cluster, or runs a command at each change of it.',
  usage: '[COMMAND…]',
  flags: [
    ...clientFlags,
    {
      name: 'filter',
      kind: 'value',
      help: 'A filter expression: services, nodes, service, checks.',
      example: `-filter='Service == "web"'`,
    },
    { name: 'key', kind: 'value', help: 'The key to watch: key.', example: '-key=app/colour' },
    { name: 'name', kind: 'value', help: 'The name of the events to watch: event.', example: '-name=deploy' },
    { name: 'passingonly', kind: 'value', help: 'Only instances whose checks pass: service.', example: '-passingonly=true' },
    { name: 'prefix', kind: 'value', help: 'The beginning of the keys to watch: keyprefix.', example: '-prefix=app/' },
    { name: 'service', kind: 'value', help: 'The service to watch: service, checks.', example: '-service=web' },
    shellFlag,
    { name: 'state', kind: 'value', help: 'The state of the checks to watch: checks.', example: '-state=critical' },
    { name: 'tag', kind: 'value', help: 'A tag that instances must have: service; may be repeated.', example: '-tag=blue' },
    { name: 'type', kind: 'value', help: `What to watch: ${watchTypes.join(', ')}.`, example: '-type=service' },
  ],
  examples: ['konsul watch -type=services', 'konsul watch -type=service -service=web ./reload-proxy.sh'],
  async run(input, tools) {
    const type = (textFlag(input, 'type') ?? '').toLowerCase();
    const path = pathOf(type, input);
    const client = await openClient(input, tools);
    if (input.args.length > 0) return follow({ type, path, client, input, tools });
    const value = watchedValue(type, await askThrough(client)({ path, token: '' }, new AbortController().signal));
    tools.print(`${indentJson(stringifyJson(value))}\n`);
    return 0;
  },
});

function pathOf(type: string, input: CliInput): string {
  const text = (name: string): string => textFlag(input, name) ?? '';
  const query = {
    ...{ type, key: text('key'), prefix: text('prefix'), service: text('service'), state: text('state'), name: text('name') },
    filter: text('filter'),
    tags: textsFlag(input, 'tag'),
    isPassingOnly: isOn(input, 'passingonly'),
  };
  try {
    return watchPath(query);
  } catch (error) {
    throw refuseInput(messageOf(error));
  }
}

/** A blocking query lasts up to 10 minutes and a sixteenth more. */
const TIMEOUT_MS = 11 * 60_000;

/** The client's datacenter, consistency and token are added by itself. */
const askThrough =
  (client: ApiClient): AskApi =>
  async ({ path }, signal) => {
    const { status, headers, body } = await client.request('GET', path, { signal, timeoutMs: TIMEOUT_MS, accepts: 'all' });
    return { status, index: String(headers['x-consul-index'] ?? ''), body: Buffer.from(body).toString() };
  };

interface Followed {
  readonly type: string;
  readonly path: string;
  readonly client: ApiClient;
  readonly input: CliInput;
  readonly tools: CliTools;
}

/** Until a signal, or until the command fails. The exit code. */
async function follow({ type, path, client, input, tools }: Followed): Promise<number> {
  const stop = new AbortController();
  let child: RunningProgram | undefined;
  void tools.untilSignal().then(() => {
    stop.abort();
    child?.signal('SIGTERM');
  });
  let code = 0;
  const args = programOf(input.args, input, tools);
  const runs = new LatestRun(async ({ index, text }: WatchResult) => {
    child = tools.startProgram({ args, environment: { CONSUL_INDEX: index }, input: Buffer.from(text) });
    const failure = await child.ended.then(exitText, messageOf);
    if (failure === '' || stop.signal.aborted) return;
    tools.complain(`Error executing handler: ${failure}\n`);
    code = 1;
    stop.abort();
  }, joinResults(type));
  await followWatch({
    ...{ type, path, token: '', ask: askThrough(client), clock: new SystemClock(), signal: stop.signal },
    onResult: (result) => runs.offer(result),
    onFailure: (error, retryMs) => tools.complain(`${messageOf(error)}; tried again in ${retryMs / 1_000} s\n`),
  });
  await runs.settle();
  return code;
}
