/** The record of a check, as the catalog and the API show it, made from its registration. Pure. */
import type { Check, CheckStatus } from '../model/check.ts';
import type { CheckRegistration } from '../model/check-registration.ts';
import { formatDurationNs } from '../model/duration.ts';
import type { Service } from '../model/service.ts';
import type { Source } from './log-entry.ts';

export interface StoredCheck {
  readonly registration: CheckRegistration;
  readonly unsetDuration: '' | '0s';
  readonly source: Source;
}

/** Who has the check, and how it is. */
export interface CheckContext {
  readonly node: string;
  readonly owner: string;
  /** `undefined` for a check of the node. */
  readonly service: Service | undefined;
  readonly status: CheckStatus;
  readonly output: string;
}

/** A frozen record with indexes 0. */
export function checkRecord({ registration, unsetDuration }: StoredCheck, context: CheckContext): Check {
  const { spec } = registration;
  const isPeriodic = 'intervalMs' in spec;
  const show = (ms: number): string => (ms > 0 ? formatDurationNs(ms * 1e6) : unsetDuration);
  return Object.freeze({
    node: context.node,
    id: registration.id,
    name: registration.name,
    status: context.status,
    notes: registration.notes,
    output: context.output,
    serviceId: registration.serviceId,
    serviceName: context.service?.name ?? '',
    serviceTags: context.service?.tags ?? [],
    type: spec.type,
    interval: show(isPeriodic ? spec.intervalMs : 0),
    timeout: show(isPeriodic ? spec.timeoutMs : 0),
    exposedPort: 0,
    definition: undefined,
    owner: context.owner,
    createIndex: 0,
    modifyIndex: 0,
  });
}
