/** Ids of the checks that take a service, or the whole node, out of use by hand. Clients know them. */

const NODE_MAINTENANCE = '_node_maintenance';
const SERVICE_MAINTENANCE_PREFIX = '_service_maintenance:';

/** The id of the maintenance check of a service, or with '' of the node. */
export const maintenanceCheckId = (serviceId: string): string =>
  serviceId === '' ? NODE_MAINTENANCE : `${SERVICE_MAINTENANCE_PREFIX}${serviceId}`;

export const isMaintenanceCheckId = (checkId: string): boolean =>
  checkId === NODE_MAINTENANCE || checkId.startsWith(SERVICE_MAINTENANCE_PREFIX);
