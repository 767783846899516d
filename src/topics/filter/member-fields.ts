/** Selectors on members: `/v1/agent/members`. */
import type { StringMap } from '../../model/values.ts';
import { type FieldTable, numberField, textField, textMapField } from './fields.ts';

/** What the selectors need of a member; the API's `Member` is one. */
export interface FilterableMember {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly tags: StringMap;
  readonly status: number;
}

export const memberFields: FieldTable<FilterableMember> = {
  Name: textField((member) => member.name),
  Addr: textField((member) => member.address),
  Port: numberField((member) => member.port),
  Status: numberField((member) => member.status),
  Tags: textMapField((member) => member.tags),
};
