/** Asks this process's own API without a socket: how watches of the configuration follow it. */
import type { Dispatcher } from '../http/dispatch.ts';
import type { Renderer } from '../http/render.ts';
import { type ApiRequest, Query, undecodableQuery } from '../http/request.ts';
import { parseTarget } from '../http/request-target.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { AskApi, WatchRequest } from '../watches/follow-watch.ts';

const NOTHING = new Uint8Array();

export function askHere<Context>(dispatcher: Dispatcher<Context>, renderer: Renderer): AskApi {
  return async (asked, signal) => {
    const answer = await dispatcher.dispatch(requestOf(asked, signal));
    const { status, headers, body } = await renderer.render(answer, { isPretty: false, acceptsGzip: false });
    const chunks: Uint8Array[] = [];
    if (Buffer.isBuffer(body)) chunks.push(body);
    else for await (const chunk of body) chunks.push(chunk);
    return { status, index: headers['X-Consul-Index'] ?? '', body: Buffer.concat(chunks).toString() };
  };
}

function requestOf({ path, token }: WatchRequest, signal: AbortSignal): ApiRequest {
  const target = parseTarget(path);
  const query = Query.parse(target?.rawQuery ?? '');
  if (target === undefined) throw new KonsulError('BAD_REQUEST', `${path} is no path of the API`);
  if (query === undefined) throw undecodableQuery();
  const headers = token === '' ? {} : { 'x-consul-token': token };
  return { method: 'GET', ...target, query, headers, body: NOTHING, bodyStream: nothing(), remoteAddress: '', signal };
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}
