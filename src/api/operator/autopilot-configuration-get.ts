/** The autopilot's configuration (spec section 14): kept and shown, and without effect while there is one server. */
import { refuse } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import { AUTOPILOT } from '../../model/setting.ts';
import { settingsTopic } from '../../topics/settings.ts';
import { autopilotJson } from '../../wire/operator.ts';
import { type ApiRoute, defineRoute } from '../context.ts';

export const autopilotConfigurationGet: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/operator/autopilot/configuration',
  summary: "The autopilot's configuration; until one is put, Consul's defaults with the indexes 0.",
  acl: refuse('operator', 'read'),
  // Read by those who change it.
  isRelayed: true,
  query: { stale: 'Any server may answer', dc: 'Datacenter; the own one only' },
  async handle(_request, { backend }) {
    const { items } = await backend.read(settingsTopic, '');
    return jsonAnswer(autopilotJson(items.find(({ name }) => name === AUTOPILOT)));
  },
});
