/** Registers a node with services and checks, as one write (spec section 4.1). An agent does so on its own node only. */
import { putCheck, putNode, putService } from '../catalog-rules.ts';
import { type CommandRule, defineCommand, give } from '../define-command.ts';
import { assertLinked } from '../identity-rules.ts';
import { withoutBuried } from '../tombstone-rules.ts';

export const catalogRegister: CommandRule<'catalog.register'> = defineCommand({
  kind: 'catalog.register',
  decide(draft, command) {
    assertLinked(draft, command);
    const { node: definition, skipNodeUpdate, owner } = command;
    const known = draft.node(definition.name);
    const node = skipNodeUpdate && known !== undefined ? known : putNode(draft, definition);
    const { services, checks } = withoutBuried(draft, command);
    for (const service of services) putService(draft, node, service, owner);
    for (const check of checks) putCheck(draft, node, check, owner);
    return give(true);
  },
});
