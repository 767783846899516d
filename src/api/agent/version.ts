/** The level of Consul's API that is offered (spec 5.1). */
import { open } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import { API_BUILD_DATE, API_LEVEL, API_REVISION } from '../../model/api-level.ts';
import { stringifyJson } from '../../wire/json.ts';
import { type ApiRoute, defineRoute } from '../context.ts';

const VERSION = stringifyJson({ SHA: API_REVISION, BuildDate: API_BUILD_DATE, HumanVersion: API_LEVEL, FIPS: '' });

export const agentVersion: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/agent/version',
  summary: 'Shows the version of the API.',
  acl: open('clients look at the version before they have a token'),
  query: {},
  handle: () => jsonAnswer(VERSION),
});
