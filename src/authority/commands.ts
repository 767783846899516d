/** The list of commands that the leader decides. */
import type { CommandKind } from '../model/commands/command.ts';
import { catalogDeregister } from './commands/catalog-deregister.ts';
import { catalogRegister } from './commands/catalog-register.ts';
import { configDelete } from './commands/config-delete.ts';
import { configPut } from './commands/config-put.ts';
import { coordinateUpdate } from './commands/coordinate-update.ts';
import { eventFire } from './commands/event-fire.ts';
import { kvDelete } from './commands/kv-delete.ts';
import { kvDeleteTree } from './commands/kv-delete-tree.ts';
import { kvPut } from './commands/kv-put.ts';
import { lockDelayEnd } from './commands/lock-delay-end.ts';
import { nodeHealth } from './commands/node-health.ts';
import { nodeLeave } from './commands/node-leave.ts';
import { nodeLink } from './commands/node-link.ts';
import { queryCreate } from './commands/query-create.ts';
import { queryDelete } from './commands/query-delete.ts';
import { queryUpdate } from './commands/query-update.ts';
import { sessionCreate } from './commands/session-create.ts';
import { sessionDestroy } from './commands/session-destroy.ts';
import { sessionRenew } from './commands/session-renew.ts';
import { settingPut } from './commands/setting-put.ts';
import { txn } from './commands/txn.ts';
import type { CommandRule } from './define-command.ts';

/** The rule of each kind; the type fails to compile if one is missing. */
export const commandRules: { readonly [K in CommandKind]: CommandRule<K> } = {
  'kv.put': kvPut,
  'kv.delete': kvDelete,
  'kv.delete-tree': kvDeleteTree,
  'catalog.register': catalogRegister,
  'catalog.deregister': catalogDeregister,
  'session.create': sessionCreate,
  'session.destroy': sessionDestroy,
  'session.renew': sessionRenew,
  'lock-delay.end': lockDelayEnd,
  'event.fire': eventFire,
  'coordinate.update': coordinateUpdate,
  'config.put': configPut,
  'config.delete': configDelete,
  'setting.put': settingPut,
  'query.create': queryCreate,
  'query.update': queryUpdate,
  'query.delete': queryDelete,
  'node.link': nodeLink,
  'node.health': nodeHealth,
  'node.leave': nodeLeave,
  txn: txn,
};
