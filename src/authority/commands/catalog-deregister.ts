/**
 * Removes a service, a check or a whole node; what is not there is fine (spec section 4.2). What an agent owned and others remove leaves
 * a tombstone; the agent's own deregistration ends it. An agent removes only what it owns, and never a node.
 */
import { removeCheck, removeNode, removeService } from '../catalog-rules.ts';
import { type CommandRule, defineCommand, give } from '../define-command.ts';
import { unbury } from '../tombstone-rules.ts';

export const catalogDeregister: CommandRule<'catalog.deregister'> = defineCommand({
  kind: 'catalog.deregister',
  decide(draft, { node: name, serviceId, checkId, owner = '' }) {
    // Who lets go of what was taken away leaves alone what others put in its place.
    const isOver = (kind: 'service' | 'check', id: string): boolean => owner !== '' && unbury(draft, { node: name, kind, id }, owner);
    const isFor = (record: { readonly owner: string }): boolean => owner === '' || record.owner === owner;
    if (serviceId !== '') {
      const service = draft.service(name, serviceId);
      if (!isOver('service', serviceId) && service !== undefined && isFor(service)) removeService(draft, service, owner);
    } else if (checkId !== '') {
      const check = draft.check(name, checkId);
      if (!isOver('check', checkId) && check !== undefined && isFor(check)) removeCheck(draft, check, owner);
    } else if (owner === '') {
      const node = draft.node(name);
      if (node !== undefined) removeNode(draft, node);
    }
    return give(true);
  },
});
