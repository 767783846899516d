/** Registers a node with services and checks, as one write (spec section 4.1). */
import { putCheck, putNode, putService } from '../catalog-rules.ts';
import { type CommandRule, defineCommand, give } from '../define-command.ts';

export const catalogRegister: CommandRule<'catalog.register'> = defineCommand({
  kind: 'catalog.register',
  decide(draft, { node: definition, skipNodeUpdate, services, checks, owner }) {
    const known = draft.node(definition.name);
    const node = skipNodeUpdate && known !== undefined ? known : putNode(draft, definition);
    for (const service of services) putService(draft, node, service, owner);
    for (const check of checks) putCheck(draft, node, check, owner);
    return give(true);
  },
});
