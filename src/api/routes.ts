/** The list of routes: the whole API. */
import { aclRoutes } from './acl/disabled.ts';
import { agentCheckDeregister } from './agent/check-deregister.ts';
import { agentCheckFail } from './agent/check-fail.ts';
import { agentCheckPass } from './agent/check-pass.ts';
import { agentCheckRegister } from './agent/check-register.ts';
import { agentCheckUpdate } from './agent/check-update.ts';
import { agentCheckWarn } from './agent/check-warn.ts';
import { agentChecks } from './agent/checks.ts';
import { agentForceLeave } from './agent/force-leave.ts';
import { agentHealthServiceById } from './agent/health-service-by-id.ts';
import { agentHealthServiceByName } from './agent/health-service-by-name.ts';
import { agentHost } from './agent/host.ts';
import { agentJoin } from './agent/join.ts';
import { agentLeave } from './agent/leave.ts';
import { agentMembers } from './agent/members.ts';
import { agentMetrics } from './agent/metrics.ts';
import { agentMetricsStream } from './agent/metrics-stream.ts';
import { agentMonitor } from './agent/monitor.ts';
import { agentNodeMaintenance } from './agent/node-maintenance.ts';
import { agentReload } from './agent/reload.ts';
import { agentSelf } from './agent/self.ts';
import { agentService } from './agent/service.ts';
import { agentServiceDeregister } from './agent/service-deregister.ts';
import { agentServiceMaintenance } from './agent/service-maintenance.ts';
import { agentServiceRegister } from './agent/service-register.ts';
import { agentServices } from './agent/services.ts';
import { agentVersion } from './agent/version.ts';
import { catalogConnect } from './catalog/connect.ts';
import { catalogDatacenters } from './catalog/datacenters.ts';
import { catalogDeregister } from './catalog/deregister.ts';
import { catalogGatewayServices } from './catalog/gateway-services.ts';
import { catalogNode } from './catalog/node.ts';
import { catalogNodeServices } from './catalog/node-services.ts';
import { catalogNodes } from './catalog/nodes.ts';
import { catalogRegister } from './catalog/register.ts';
import { catalogService } from './catalog/service.ts';
import { catalogServices } from './catalog/services.ts';
import { configDelete } from './config/delete.ts';
import { configGet } from './config/get.ts';
import { configPut } from './config/put.ts';
import { connectRoutes } from './connect/disabled.ts';
import { intentionCheck } from './connect/intention-check.ts';
import { intentionGetRoutes } from './connect/intention-get.ts';
import { intentionMatch } from './connect/intention-match.ts';
import { emptyListRoutes } from './connect/nothing.ts';
import type { ApiRoute } from './context.ts';
import { coordinateDatacenters } from './coordinate/datacenters.ts';
import { coordinateNode } from './coordinate/node.ts';
import { coordinateNodes } from './coordinate/nodes.ts';
import { coordinateUpdate } from './coordinate/update.ts';
import { eventFire } from './event/fire.ts';
import { eventList } from './event/list.ts';
import { healthChecks } from './health/checks.ts';
import { healthConnect } from './health/connect.ts';
import { healthIngress } from './health/ingress.ts';
import { healthNode } from './health/node.ts';
import { healthService } from './health/service.ts';
import { healthState } from './health/state.ts';
import { kvDelete } from './kv/delete.ts';
import { kvGet } from './kv/get.ts';
import { kvPut } from './kv/put.ts';
import { autopilotConfigurationGet } from './operator/autopilot-configuration-get.ts';
import { autopilotConfigurationPut } from './operator/autopilot-configuration-put.ts';
import { autopilotHealth } from './operator/autopilot-health.ts';
import { autopilotState } from './operator/autopilot-state.ts';
import { keyringRoutes } from './operator/keyring.ts';
import { raftConfiguration } from './operator/raft-configuration.ts';
import { raftPeer } from './operator/raft-peer.ts';
import { transferLeader } from './operator/transfer-leader.ts';
import { operatorUsage } from './operator/usage.ts';
import { peeringRoutes } from './peering/disabled.ts';
import { queryCreate } from './query/create.ts';
import { queryDelete } from './query/delete.ts';
import { queryList } from './query/list.ts';
import { queryRead } from './query/read.ts';
import { queryUpdate } from './query/update.ts';
import { sessionCreate } from './session/create.ts';
import { sessionDestroy } from './session/destroy.ts';
import { sessionInfo } from './session/info.ts';
import { sessionList } from './session/list.ts';
import { sessionNode } from './session/node.ts';
import { sessionRenew } from './session/renew.ts';
import { snapshotRestore } from './snapshot/restore.ts';
import { snapshotSave } from './snapshot/save.ts';
import { statusLeader } from './status/leader.ts';
import { statusPeers } from './status/peers.ts';
import { txnApply } from './txn/apply.ts';

export const routes: readonly ApiRoute[] = [
  statusLeader,
  statusPeers,
  catalogConnect,
  catalogDatacenters,
  catalogDeregister,
  catalogGatewayServices,
  catalogNodeServices,
  catalogNode,
  catalogNodes,
  catalogRegister,
  catalogService,
  catalogServices,
  healthChecks,
  healthConnect,
  healthIngress,
  healthNode,
  healthService,
  healthState,
  agentCheckDeregister,
  agentCheckFail,
  agentCheckPass,
  agentCheckRegister,
  agentCheckUpdate,
  agentCheckWarn,
  agentChecks,
  agentForceLeave,
  agentHealthServiceById,
  agentHealthServiceByName,
  agentHost,
  agentJoin,
  agentLeave,
  agentMembers,
  agentMetrics,
  agentMetricsStream,
  agentMonitor,
  agentNodeMaintenance,
  agentReload,
  agentSelf,
  agentServiceDeregister,
  agentServiceMaintenance,
  agentServiceRegister,
  agentService,
  agentServices,
  agentVersion,
  kvGet,
  kvPut,
  kvDelete,
  queryList,
  queryCreate,
  queryRead,
  queryUpdate,
  queryDelete,
  sessionCreate,
  sessionDestroy,
  sessionInfo,
  sessionList,
  sessionNode,
  sessionRenew,
  txnApply,
  snapshotSave,
  snapshotRestore,
  eventFire,
  eventList,
  coordinateDatacenters,
  coordinateNode,
  coordinateNodes,
  coordinateUpdate,
  configDelete,
  configGet,
  configPut,
  raftConfiguration,
  raftPeer,
  transferLeader,
  autopilotConfigurationGet,
  autopilotConfigurationPut,
  autopilotHealth,
  autopilotState,
  operatorUsage,
  ...keyringRoutes,
  intentionCheck,
  intentionMatch,
  ...intentionGetRoutes,
  ...emptyListRoutes,
  ...connectRoutes,
  ...peeringRoutes,
  ...aclRoutes,
];
