/** Changes the autopilot's configuration (spec section 14). */
import { refuse } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import type { Query } from '../../http/request.ts';
import { AUTOPILOT } from '../../model/setting.ts';
import type { Uint64 } from '../../model/values.ts';
import { KonsulError, messageOf } from '../../runtime/errors.ts';
import { decodeBody } from '../../wire/decode.ts';
import { autopilotBody, autopilotFrom } from '../../wire/operator.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { uint64Param } from '../kv/parameters.ts';

export const autopilotConfigurationPut: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/operator/autopilot/configuration',
  summary: 'Replaces the configuration of the autopilot; `true`, or `false` if `cas` did not hold.',
  acl: refuse('operator', 'write'),
  query: { cas: 'Only if the ModifyIndex is this', dc: 'Datacenter; the own one only' },
  body: autopilotBody,
  async handle({ query, body }, { backend }) {
    const given = decodeBody(autopilotBody, body, { prefix: 'Error parsing autopilot config: ' });
    const cas = casOf(query);
    const done = await backend.submit({ kind: 'setting.put', setting: { name: AUTOPILOT, value: autopilotFrom(given) }, cas });
    return jsonAnswer(String(done));
  },
});

/** As elsewhere, but 400. */
function casOf(query: Query): Uint64 | undefined {
  try {
    return uint64Param(query, 'cas');
  } catch (error) {
    throw new KonsulError('BAD_REQUEST', `Error parsing cas value: ${messageOf(error)}`);
  }
}
