/** The names of all services, with the union of the tags of their instances. */
import { filter } from '../../acl/rule.ts';
import { lazyJsonAnswer } from '../../http/answer.ts';
import { compileFilter } from '../../topics/filter/evaluate.ts';
import { serviceNodeFields } from '../../topics/filter/service-node-fields.ts';
import { type ServiceName, servicesKey, servicesTopic } from '../../topics/services.ts';
import type { View } from '../../topics/view.ts';
import { mapJson, stringifyJson } from '../../wire/json.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { READ_QUERY, readTopic } from '../read-topic.ts';
import { FILTER_QUERY, NODE_META_QUERY } from '../selection.ts';

export const catalogServices: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/catalog/services',
  summary: 'The names of all services, with the tags of their instances.',
  acl: filter('service', 'read'),
  query: { ...READ_QUERY, ...NODE_META_QUERY, ...FILTER_QUERY },
  handle(request, context) {
    const selection = { filter: request.query.get('filter'), nodeMeta: request.query.all('node-meta') };
    compileFilter(serviceNodeFields, selection.filter, context.settings);
    const read = { topic: servicesTopic, key: servicesKey(selection), showsConsistency: true, isCacheable: true };
    return readTopic(read, request, {
      context,
      respond: (view) => ({ ...lazyJsonAnswer(() => namesJson(view)), memo: { variants: view.variants, selection: 'services' } }),
    });
  },
});

const namesJson = ({ items }: View<ServiceName>): string =>
  mapJson(Object.fromEntries(items.map(({ name, tags }) => [name, tags])), (tags) => stringifyJson(tags));
