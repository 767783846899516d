/** Selectors on instances with their node and checks: `/v1/health/service`, `/connect` and `/ingress`. */
import type { ServiceEntry } from '../entries.ts';
import { checkFields } from './check-fields.ts';
import { type FieldTable, structField, structsField } from './fields.ts';
import { nodeFields } from './node-fields.ts';
import { serviceFields } from './service-fields.ts';

export const serviceEntryFields: FieldTable<ServiceEntry> = {
  Node: structField((entry) => entry.node, nodeFields),
  Service: structField((entry) => entry.service, serviceFields),
  Checks: structsField((entry) => entry.checks, checkFields),
};
