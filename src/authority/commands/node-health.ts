/** Says whether an agent's node is alive. Sessions that stand on it end when it is not. */
import { serfHealth } from '../../model/serf-health.ts';
import { putCheck } from '../catalog-rules.ts';
import { type CommandRule, defineCommand, give } from '../define-command.ts';
import { agentOf } from '../identity-rules.ts';

export const nodeHealth: CommandRule<'node.health'> = defineCommand({
  kind: 'node.health',
  decide(draft, { node: name, nodeId, isAlive }) {
    const node = draft.node(name);
    if (node === undefined || agentOf(draft, name)?.nodeId !== nodeId) return give(false);
    putCheck(draft, node, serfHealth(isAlive), '');
    return give(true);
  },
});
