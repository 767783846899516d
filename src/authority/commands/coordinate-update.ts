/** Keeps where a node stands. A node that the catalog does not have is passed over, as Consul does. */
import { type CommandRule, defineCommand, give } from '../define-command.ts';

export const coordinateUpdate: CommandRule<'coordinate.update'> = defineCommand({
  kind: 'coordinate.update',
  decide(draft, { coordinate }) {
    const node = draft.node(coordinate.node);
    if (node !== undefined) draft.putRecord('coordinate', { ...coordinate, node: node.name });
    return give(true);
  },
});
