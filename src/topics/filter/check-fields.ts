/** Selectors on checks: `/v1/health/node`, `/checks`, `/state`, `/v1/agent/checks`, and `Checks.` on service entries. */
import type { Check } from '../../model/check.ts';
import { type FieldTable, numberField, textField, textsField } from './fields.ts';

export const checkFields: FieldTable<Check> = {
  Node: textField((check) => check.node),
  CheckID: textField((check) => check.id),
  Name: textField((check) => check.name),
  Status: textField((check) => check.status),
  Notes: textField((check) => check.notes),
  Output: textField((check) => check.output),
  ServiceID: textField((check) => check.serviceId),
  ServiceName: textField((check) => check.serviceName),
  ServiceTags: textsField((check) => check.serviceTags),
  Type: textField((check) => check.type),
  Interval: textField((check) => check.interval),
  Timeout: textField((check) => check.timeout),
  ExposedPort: numberField((check) => check.exposedPort),
  PeerName: textField(() => ''),
};
