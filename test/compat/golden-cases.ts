/** The list of all golden cases, in the order in which they run: those that change what others see come last. */

import { aclCases } from './golden/acl.ts';
import { agentCheckCases } from './golden/agent-check.ts';
import { agentHealthCases } from './golden/agent-health.ts';
import { agentInfoCases } from './golden/agent-info.ts';
import { agentMetricsCases } from './golden/agent-metrics.ts';
import { agentOperationsCases } from './golden/agent-operations.ts';
import { agentServiceCases } from './golden/agent-service.ts';
import { agentTtlCases } from './golden/agent-ttl.ts';
import { blockingCases } from './golden/blocking.ts';
import { catalogReadCases } from './golden/catalog-read.ts';
import { catalogWriteCases } from './golden/catalog-write.ts';
import { commonCases } from './golden/common.ts';
import { configCases } from './golden/config.ts';
import { connectCases } from './golden/connect.ts';
import { coordinateCases } from './golden/coordinate.ts';
import { eventCases } from './golden/event.ts';
import { healthCases } from './golden/health.ts';
import { kvLockCases } from './golden/kv-lock.ts';
import { kvReadCases } from './golden/kv-read.ts';
import { kvWriteCases } from './golden/kv-write.ts';
import { maintenanceCases } from './golden/maintenance.ts';
import { operatorCases } from './golden/operator.ts';
import { queryCases } from './golden/query.ts';
import { queryExecuteCases } from './golden/query-execute.ts';
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
  query: queryCases,
  'query execute': queryExecuteCases,
  txn: txnCases,
  snapshot: snapshotCases,
  event: eventCases,
  coordinate: coordinateCases,
  config: configCases,
  connect: connectCases,
  acl: aclCases,
  'agent info': agentInfoCases,
  'agent metrics': agentMetricsCases,
  'agent service': agentServiceCases,
  'agent health': agentHealthCases,
  'agent check': agentCheckCases,
  'agent operations': agentOperationsCases,
  'agent ttl': agentTtlCases,
  maintenance: maintenanceCases,
  operator: operatorCases,
};

const named: readonly GoldenCase[] = Object.entries(FAMILIES).flatMap(([family, cases]) =>
  cases.map((golden) => ({ ...golden, name: `${family}: ${golden.name}` })),
);

/** All cases, their names begun with their family's. */
export const goldenCases: readonly GoldenCase[] = [...named.filter((one) => !one.exclusive), ...named.filter((one) => one.exclusive)];
