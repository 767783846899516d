/** The SDK without a socket: connected to a whole server in this process, on its fake clock, by the routes that HTTP would reach. */

import { serveRelay } from '../assembly/serve-relay.ts';
import { ApiClient } from '../client/api-client.ts';
import { Renderer } from '../http/render.ts';
import { SeededRandom } from '../runtime/random.ts';
import { ApiViews } from '../sdk/api-views.ts';
import type { KonsulClient } from '../sdk/konsul.ts';
import { KonsulCore } from '../sdk/konsul-core.ts';
import { RelayTransport } from '../sdk/relay-transport.ts';
import type { Relay } from '../topics/backend.ts';
import { indentJson } from '../wire/json.ts';
import { startTestServer, type TestServer } from './test-server.ts';

export interface TestKonsul extends TestServer {
  readonly konsul: KonsulClient & KonsulCore;
  readonly api: ApiClient;
  /** `PUT /v1/kv/a`, for every request that was made. */
  readonly lines: string[];
  /** Makes every request fail with this error, until it is `undefined` again. */
  fail(error: Error | undefined): void;
}

export async function startTestKonsul(): Promise<TestKonsul> {
  const test = await startTestServer();
  const { server, clock } = test;
  const serve = serveRelay({ dispatcher: server.dispatcher, renderer: new Renderer({ clock, indentsAlways: false, indent: indentJson }) });
  const lines: string[] = [];
  let failure: Error | undefined;
  const relay: Relay = async (request) => {
    lines.push(`${request.method} ${request.path}${request.rawQuery === '' ? '' : `?${request.rawQuery}`}`);
    if (failure !== undefined) throw failure;
    return serve(request);
  };
  const target = new RelayTransport('the test server', relay, clock);
  const api = new ApiClient({ clock, target, token: '', datacenter: '', isStale: false, basicAuth: '' });
  const views = new ApiViews(api, clock);
  const core = new KonsulCore({ views, api, clock, random: new SeededRandom(1) });
  const konsul = core as KonsulClient & KonsulCore;
  const fail = (error: Error | undefined): void => {
    failure = error;
  };
  return { ...test, konsul, api, lines, fail };
}
