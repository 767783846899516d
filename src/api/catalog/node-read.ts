/** The course that the two endpoints of one node share. */
import { type Answer, jsonAnswer } from '../../http/answer.ts';
import type { RouteRequest } from '../../http/route.ts';
import type { Service } from '../../model/service.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { serviceFields } from '../../topics/filter/service-fields.ts';
import { type NodeServices, nodeTopic } from '../../topics/node.ts';
import type { ApiContext } from '../context.ts';
import { readTopic } from '../read-topic.ts';
import { byFilter } from '../selection.ts';

/** Shows a node and those of its services that the filter picks; `node` is `undefined` for an unknown one. */
export type ShowNode = (node: NodeServices['node'] | undefined, services: readonly Service[]) => string;

/** Reads a node by name, id or unique prefix of its id. */
export async function readNode(request: RouteRequest, context: ApiContext, show: ShowNode): Promise<Answer> {
  if (request.rest === '') throw new KonsulError('BAD_REQUEST', 'Missing node name');
  const picks = byFilter(serviceFields, request.query, context);
  const read = { topic: nodeTopic, key: request.rest.toLowerCase(), showsConsistency: true };
  return readTopic(read, request, {
    context,
    respond({ items: [found] }) {
      const services = found?.services ?? [];
      return jsonAnswer(show(found?.node, picks === undefined ? services : services.filter(picks)));
    },
  });
}
