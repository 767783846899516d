/** Writes to prepared queries. */
import type { QueryDefinition } from '../prepared-query.ts';

export interface QueryCreate {
  readonly kind: 'query.create';
  /** With the id, chosen where the request entered, so that a resend creates nothing twice. */
  readonly query: QueryDefinition;
}

export interface QueryUpdate {
  readonly kind: 'query.update';
  /** The whole new definition, with the id of the one to replace as the client spells it. */
  readonly query: QueryDefinition;
}

export interface QueryDelete {
  readonly kind: 'query.delete';
  readonly id: string;
}
