/** Lets an agent in: its node is in the catalog, alive, and its own; and so is what the agent owned that it replaces. */
import type { NodeLink } from '../../model/commands/node.ts';
import { serfHealth } from '../../model/serf-health.ts';
import { putCheck, settleNode } from '../catalog-rules.ts';
import { type CommandRule, defineCommand, give } from '../define-command.ts';
import type { Draft } from '../draft.ts';
import { holdersOf } from '../identity-rules.ts';

export const nodeLink: CommandRule<'node.link'> = defineCommand({
  kind: 'node.link',
  decide(draft, command) {
    const holders = holdersOf(draft, command);
    const unasked = holders.find(({ runId }) => !command.replaces.includes(runId));
    if (unasked !== undefined) return give({ kind: 'held', ...unasked });
    for (const { nodeId } of holders) if (nodeId !== command.identity.nodeId) adopt(draft, nodeId, command);
    settle(draft, command);
    const replaced = holders.findLast(({ nodeId }) => nodeId !== command.identity.nodeId || command.identity.isFresh);
    return give(replaced === undefined ? { kind: 'linked' } : { kind: 'linked', adoptedFrom: replaced.nodeId });
  },
});

/** What the agent registered that is replaced, and what others took away from it, is the new one's. */
function adopt(draft: Draft, formerId: string, { node: { name }, identity: { nodeId } }: NodeLink): void {
  const isFormer = ({ owner }: { readonly owner: string }): boolean => owner === formerId;
  for (const service of draft.services(name).filter(isFormer)) draft.putService({ ...service, owner: nodeId });
  for (const check of draft.checks(name).filter(isFormer)) draft.putCheck({ ...check, owner: nodeId });
  for (const tombstone of draft.tombstonesOn(name).filter(isFormer)) draft.putRecord('tombstone', { ...tombstone, owner: nodeId });
}

function settle(draft: Draft, { node: definition, identity: { nodeId, boot, runId } }: NodeLink): void {
  const node = settleNode(draft, definition);
  putCheck(draft, node, serfHealth(true), '');
  draft.putRecord('agent', { node: node.name, nodeId, boot, runId });
}
