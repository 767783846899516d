/** Reads one key, all below a prefix, or the names below a prefix (spec section 6.1). */
import { refuse } from '../../acl/rule.ts';
import { type Answer, emptyAnswer, listAnswer } from '../../http/answer.ts';
import type { RouteRequest } from '../../http/route.ts';
import type { KvEntry } from '../../model/kv.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { kvEntryTopic } from '../../topics/kv-entry.ts';
import { kvPrefixTopic } from '../../topics/kv-prefix.ts';
import type { View } from '../../topics/view.ts';
import { quote } from '../../wire/json.ts';
import { kvEntryJson } from '../../wire/kv.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { READ_QUERY, readTopic } from '../read-topic.ts';

const RAW_HEADERS = { 'Content-Type': 'text/plain', 'X-Content-Type-Options': 'nosniff', 'Content-Security-Policy': 'sandbox' };

export const kvGet: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/kv/',
  rest: 'key',
  summary: 'One entry, all entries below a prefix, or the keys below a prefix; 404 with an index if there is none.',
  acl: refuse('key', 'read'),
  query: {
    ...READ_QUERY,
    recurse: 'All entries whose key starts with the given one',
    keys: 'Only the keys below the given prefix',
    separator: 'With `keys`: cut behind the first separator after the prefix',
    raw: 'The bytes of the value instead of JSON',
  },
  handle(request, context) {
    const { rest: key, query } = request;
    const isList = query.has('keys') || query.has('recurse');
    if (isList)
      return readTopic({ topic: kvPrefixTopic, key, showsConsistency: false, family: 'kv' }, request, {
        context,
        respond: (view) => showList(request, view),
      });
    if (key === '') throw new KonsulError('BAD_REQUEST', 'Missing key name');
    return readTopic({ topic: kvEntryTopic, key, showsConsistency: false, family: 'kv' }, request, {
      context,
      respond: (view) => showOne(request, view),
    });
  },
});

function showOne({ query }: RouteRequest, view: View<KvEntry>): Answer {
  const [entry] = view.items;
  if (entry === undefined) return emptyAnswer(404);
  if (query.has('raw')) return { status: 200, headers: RAW_HEADERS, body: { kind: 'bytes', bytes: entry.value } };
  const list = listAnswer<KvEntry>({ items: view.items, where: undefined, encode: (item) => kvEntryJson(item) });
  return { ...list, memo: { variants: view.variants, selection: 'entry' } };
}

function showList({ query, rest: prefix }: RouteRequest, view: View<KvEntry>): Answer {
  if (view.items.length === 0)
    return query.has('keys') && prefix === '' ? listAnswer({ items: [], where: undefined, encode: String }) : emptyAnswer(404);
  if (query.has('keys')) return showKeys(view, prefix, separatorOf(query));
  const list = listAnswer<KvEntry>({ items: view.items, where: undefined, encode: (item) => kvEntryJson(item) });
  return { ...list, memo: { variants: view.variants, selection: 'recurse' } };
}

function showKeys({ items, variants }: View<KvEntry>, prefix: string, separator: string): Answer {
  if (separator !== '') return listAnswer({ items: cutKeys(items, prefix, separator), where: undefined, encode: quote });
  const list = listAnswer<KvEntry>({ items, where: undefined, encode: ({ key }) => quote(key) });
  return { ...list, memo: { variants, selection: 'keys' } };
}

/** The old clients' spelling is taken too. */
const separatorOf = (query: RouteRequest['query']): string => query.get('separator') || query.get('seperator');

/** The keys, each cut behind the first separator after the prefix, once each. */
function cutKeys(entries: readonly KvEntry[], prefix: string, separator: string): string[] {
  const keys = new Set<string>();
  for (const { key } of entries) {
    const cut = key.indexOf(separator, prefix.length);
    keys.add(cut === -1 ? key : key.slice(0, cut + separator.length));
  }
  return [...keys];
}
