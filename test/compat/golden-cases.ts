/** The list of all golden cases, in the order in which they run: those that change what others see come last. */

import { agentCheckCases } from './golden/agent-check.ts';
import { agentHealthCases } from './golden/agent-health.ts';
import { agentInfoCases } from './golden/agent-info.ts';
import { agentServiceCases } from './golden/agent-service.ts';
import { agentTtlCases } from './golden/agent-ttl.ts';
import { blockingCases } from './golden/blocking.ts';
import { catalogReadCases } from './golden/catalog-read.ts';
import { catalogWriteCases } from './golden/catalog-write.ts';
import { commonCases } from './golden/common.ts';
import { healthCases } from './golden/health.ts';
import { kvLockCases } from './golden/kv-lock.ts';
import { kvReadCases } from './golden/kv-read.ts';
import { kvWriteCases } from './golden/kv-write.ts';
import { maintenanceCases } from './golden/maintenance.ts';
import { sessionCases } from './golden/session.ts';
import { snapshotCases } from './golden/snapshot.ts';
import { statusCases } from './golden/status.ts';
import { txnCases } from './golden/txn.ts';
import type { GoldenCase } from './golden-case.ts';

const FAMILIES: Readonly<Record<string, readonly GoldenCase[]>> = {
  status: statusCases,
  common: commonCases,
  blocking: blockingCases,
  'catalog write': catalogWriteCases,
  'catalog read': catalogReadCases,
  health: healthCases,
  'kv read': kvReadCases,
  'kv write': kvWriteCases,
  'kv lock': kvLockCases,
  session: sessionCases,
  txn: txnCases,
  snapshot: snapshotCases,
  'agent info': agentInfoCases,
  'agent service': agentServiceCases,
  'agent health': agentHealthCases,
  'agent check': agentCheckCases,
  'agent ttl': agentTtlCases,
  maintenance: maintenanceCases,
};

const named: readonly GoldenCase[] = Object.entries(FAMILIES).flatMap(([family, cases]) =>
  cases.map((golden) => ({ ...golden, name: `${family}: ${golden.name}` })),
);

/** All cases, their names begun with their family's. */
export const goldenCases: readonly GoldenCase[] = [...named.filter((one) => !one.exclusive), ...named.filter((one) => one.exclusive)];
