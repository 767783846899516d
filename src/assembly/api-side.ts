/**
 * The API of a process as its parts offer it: routes over a backend, the listeners in front, and the watches that ask it from within.
 * Made once by each assembly; `reloadApi` hands a new configuration on.
 */
import { allowAll } from '../acl/authorizer.ts';
import type { ApiContext, ApiRoute } from '../api/context.ts';
import { EventInbox } from '../api/event/inbox.ts';
import type { LocalNode } from '../api/local-node.ts';
import type { Operations } from '../api/operations.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import { Dispatcher } from '../http/dispatch.ts';
import { HttpRules } from '../http/http-rules.ts';
import { Renderer } from '../http/render.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Prober } from '../runtime/prober.ts';
import type { Random } from '../runtime/random.ts';
import type { Backend } from '../topics/backend.ts';
import { WatchRunner } from '../watches/watch-runner.ts';
import { indentJson } from '../wire/json.ts';
import { apiSettings, httpRulesOf } from './api-settings.ts';
import { askHere } from './ask-here.ts';
import { HttpDoors } from './http-doors.ts';
import type { Telemetry } from './telemetry.ts';

export interface ApiSideOptions {
  readonly config: AgentConfig;
  readonly nodeId: string;
  readonly routes: readonly ApiRoute[];
  readonly backend: Backend;
  readonly local: LocalNode;
  readonly operations: Operations;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  readonly random: Random;
  readonly prober: Prober;
  readonly logger: Logger;
}

export interface ApiSide {
  readonly rules: HttpRules;
  readonly doors: HttpDoors<ApiContext>;
  /** What routes see; a reload replaces its settings. */
  readonly context: ApiContext & { settings: ApiContext['settings'] };
  /** Without the operator's rules, which are for the doors. */
  readonly dispatcher: Dispatcher<ApiContext>;
  /** Answers are neither indented nor compressed. */
  readonly plainRenderer: Renderer;
  readonly watches: WatchRunner;
}

export function connectApi({ config, nodeId, routes, telemetry, ...parts }: ApiSideOptions): ApiSide {
  const { backend, local, operations, clock, random, prober, logger } = parts;
  const settings = apiSettings(config, nodeId);
  const context = { backend, local, operations, eventInbox: new EventInbox(local), metrics: telemetry.metrics, settings, clock, random };
  const rules = new HttpRules(httpRulesOf(config));
  const httpLogger = logger.child({ component: 'http' });
  const dispatching = { routes, context, authorizer: allowAll, datacenter: config.datacenter, logger: httpLogger };
  const dispatcher = new Dispatcher<ApiContext>(dispatching);
  const doors = new HttpDoors({
    config: config.http,
    dispatcher: new Dispatcher<ApiContext>({ ...dispatching, rules }),
    renderer: new Renderer({ clock, indentsAlways: config.isDev, indent: indentJson }),
    rules,
    meters: telemetry.http,
    clock,
    logger: httpLogger,
  });
  const plainRenderer = new Renderer({ clock, indentsAlways: false, indent: indentJson });
  const ask = askHere(dispatcher, plainRenderer);
  const watches = new WatchRunner({ ask, clock, prober, logger: logger.child({ component: 'watch' }) });
  return { rules, doors, context, dispatcher, plainRenderer, watches };
}

/** Everything of the API that may change at run time; the watches are the assembly's to reload. */
export function reloadApi({ rules, doors, context }: ApiSide, config: AgentConfig, nodeId: string): void {
  rules.update(httpRulesOf(config));
  context.settings = apiSettings(config, nodeId);
  doors.setConnectionLimit(config.http.maxConnectionsPerClient);
}
