/** Creates a session (spec section 7). */
import type { Static } from 'typebox';
import { refuse } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import type { SessionCreate } from '../../model/commands/session.ts';
import { formatDurationNs, parseDurationNs } from '../../model/duration.ts';
import { SERF_HEALTH } from '../../model/node.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { decodeBody } from '../../wire/decode.ts';
import { parseJson, quote } from '../../wire/json.ts';
import { duration, list, object, text } from '../../wire/schema.ts';
import { type ApiContext, type ApiRoute, defineRoute } from '../context.ts';

const DEFAULT_LOCK_DELAY_NS = 15e9;
/** Smaller numbers are taken as seconds, as old clients send them. */
const SECONDS_BELOW = 1_000;
const MAX_TTL_NS = 24 * 3_600e9;

const serviceCheck = object({ ID: text(), Namespace: text() }, { lenient: true });

const body = object(
  {
    LockDelay: duration({ description: 'How long keys stay closed after the session was invalidated; at most 60s count, default 15s' }),
    Node: text({ description: "Default: the agent's node" }),
    Name: text(),
    NodeChecks: list(text(), { description: 'Node checks that end the session when they fail; default `serfHealth`' }),
    Checks: list(text(), { description: 'Deprecated spelling of NodeChecks' }),
    ServiceChecks: list(serviceCheck, { description: 'Service checks that end the session when they fail' }),
    Behavior: text({ description: '`release` (default) or `delete` the keys it holds when it ends' }),
    TTL: text({ description: 'Ends 2 × TTL after the last renewal; 10s to 24h, empty for none' }),
  },
  { lenient: true },
);

export const sessionCreate: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/session/create',
  summary: 'Creates a session and answers its id.',
  acl: refuse('session', 'write'),
  query: {},
  body,
  async handle(request, context) {
    const fields = decodeBody(body, request.body, { empty: 'allow' });
    const id = await context.backend.submit({
      kind: 'session.create',
      session: sessionOf({ ...fields, ...noChecks(request.body) }, context),
    });
    return jsonAnswer(`{"ID":${quote(id)}}`);
  },
});

function sessionOf(fields: Static<typeof body>, { settings, random }: ApiContext): SessionCreate['session'] {
  const hasNoChecks = fields.Checks !== undefined && fields.Checks.length === 0;
  return {
    id: random.uuid(),
    name: fields.Name ?? '',
    node: fields.Node || settings.nodeName,
    lockDelayNs: lockDelayOf(fields.LockDelay),
    behavior: behaviorOf(fields.Behavior ?? ''),
    ttl: fields.TTL ?? '',
    ttlMs: ttlOf(fields.TTL ?? '', settings.sessionTtlMinMs * 1e6) / 1e6,
    nodeChecks: fields.NodeChecks ?? (hasNoChecks ? [] : [SERF_HEALTH]),
    serviceChecks: fields.ServiceChecks?.map((ref) => ({ id: ref.ID ?? '', namespace: ref.Namespace ?? '' })),
    checks: hasNoChecks ? undefined : fields.Checks,
  };
}

/** An explicit `"Checks": null` says the same as `[]`; to the decoder it is absent. */
function noChecks(body: Uint8Array): { readonly Checks?: readonly string[] } {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
  const given = text.includes('null') ? parseJson(text) : null;
  const isNull = Object.entries(given ?? {}).some(([key, value]) => value === null && key.toLowerCase() === 'checks');
  return isNull ? { Checks: [] } : {};
}

function lockDelayOf(given: number | undefined): number {
  if (given === undefined) return DEFAULT_LOCK_DELAY_NS;
  return Math.max(given < SECONDS_BELOW ? given * 1e9 : given, 0);
}

function behaviorOf(word: string): 'release' | 'delete' {
  if (word === '' || word === 'release') return 'release';
  if (word === 'delete') return 'delete';
  throw new KonsulError('REJECTED', `Invalid Behavior setting '${word}'`);
}

/** Nanoseconds, 0 for none; the errors are Consul's. */
function ttlOf(text: string, minNs: number): number {
  if (text === '') return 0;
  const ns = parseDurationNs(text);
  if (ns === undefined) throw new KonsulError('REJECTED', `Session TTL '${text}' invalid: time: invalid duration ${quote(text)}`);
  if (ns === 0) return 0;
  if (ns >= minNs && ns <= MAX_TTL_NS) return ns;
  const range = `${formatDurationNs(minNs)}=${formatDurationNs(MAX_TTL_NS)}`;
  throw new KonsulError('REJECTED', `Invalid Session TTL '${ns}', must be between [${range}]`);
}
