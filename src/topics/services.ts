/**
 * The names of all services with the union of their tags. Key: '' for all instances, else a canonical selection of instances
 * (`servicesKey`), since a filter picks instances, not names.
 */
import { defineTopic, type Topic } from './topic.ts';

export interface ServiceName {
  readonly name: string;
  readonly tags: readonly string[];
}

export interface InstanceSelection {
  readonly filter: string;
  /** `key:value` or `key`, all of which the node must have. */
  readonly nodeMeta: readonly string[];
}

export const servicesTopic: Topic<ServiceName> = defineTopic('services', {
  aging: 'service',
  idOf: ({ name }) => name,
  stampOf: ({ tags }) => JSON.stringify(tags),
});

/** The key of a selection of instances. */
export function servicesKey(selection: InstanceSelection): string {
  if (selection.filter === '' && selection.nodeMeta.length === 0) return '';
  return JSON.stringify([selection.filter, [...selection.nodeMeta].sort()]);
}

/** The selection that a key stands for. */
export function parseServicesKey(key: string): InstanceSelection {
  if (key === '') return { filter: '', nodeMeta: [] };
  const [filter, nodeMeta] = JSON.parse(key) as [string, string[]];
  return { filter, nodeMeta };
}
