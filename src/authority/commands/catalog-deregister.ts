/** Removes a service, a check or a whole node; what is not there is fine (spec section 4.2). */
import { removeCheck, removeNode, removeService } from '../catalog-rules.ts';
import { type CommandRule, defineCommand, give } from '../define-command.ts';

export const catalogDeregister: CommandRule<'catalog.deregister'> = defineCommand({
  kind: 'catalog.deregister',
  decide(draft, { node: name, serviceId, checkId }) {
    if (serviceId !== '') {
      const service = draft.service(name, serviceId);
      if (service !== undefined) removeService(draft, service);
    } else if (checkId !== '') {
      const check = draft.check(name, checkId);
      if (check !== undefined) removeCheck(draft, check);
    } else {
      const node = draft.node(name);
      if (node !== undefined) removeNode(draft, node);
    }
    return give(true);
  },
});
