/** Takes the node of an agent out of the catalog, with all that is on it. */
import { removeNode } from '../catalog-rules.ts';
import { type CommandRule, defineCommand, give } from '../define-command.ts';
import { agentOf } from '../identity-rules.ts';

export const nodeLeave: CommandRule<'node.leave'> = defineCommand({
  kind: 'node.leave',
  decide(draft, { node: name, nodeId }) {
    const node = draft.node(name);
    if (node === undefined || agentOf(draft, name)?.nodeId !== nodeId) return give(false);
    removeNode(draft, node);
    return give(true);
  },
});
