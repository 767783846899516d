/** The checks that take a service, or the whole node, out of use by hand. Texts are Consul's. */
import type { CheckRegistration } from '../model/check-registration.ts';
import { maintenanceCheckId } from '../model/maintenance.ts';

/** A critical check that never runs. */
export function maintenanceCheck(serviceId: string, reason: string): CheckRegistration {
  const subject = serviceId === '' ? 'node' : 'service';
  return {
    id: maintenanceCheckId(serviceId),
    name: serviceId === '' ? 'Node Maintenance Mode' : 'Service Maintenance Mode',
    notes: reason || `Maintenance mode is enabled for this ${subject}, but no reason was provided. This is a default message.`,
    serviceId,
    status: 'critical',
    spec: {
      type: 'maintenance',
      successBeforePassing: 0,
      failuresBeforeWarning: 0,
      failuresBeforeCritical: 0,
      outputMaxBytes: 0,
      deregisterAfterMs: 0,
    },
  };
}
