/**
 * Which events are meant for this agent: those whose filters find its node, or one of its services. The patterns are a caller's: what one
 * event may cost is bounded here.
 */
import type { UserEvent } from '../../model/user-event.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { compileSized, type SizedRegex } from '../../topics/filter/regex/regex.ts';
import type { LocalNode } from '../local-node.ts';

/** What an event can be addressed to. */
export type Addressee = Pick<LocalNode, 'nodeName' | 'services'>;

export type EventFilters = Pick<UserEvent, 'nodeFilter' | 'serviceFilter' | 'tagFilter'>;

/**
 * The most that the filters of one event may cost: steps of the pattern times characters, each name and tag once, and 1 for each that
 * comes again. Enough for 400,000 characters of names with a plain word; 0.2 s for the worst pattern. What lies beyond is not found.
 */
const MAX_WORK = 2_000_000;

/** Whether the event is meant for this node, with the services that it has now. */
export function isAddressed({ nodeFilter, serviceFilter, tagFilter }: EventFilters, local: Addressee): boolean {
  const work = { left: MAX_WORK };
  if (!finder(nodeFilter, work)(local.nodeName)) return false;
  if (serviceFilter === '') return true;
  const findsService = finder(serviceFilter, work);
  const findsTag = finder(tagFilter, work);
  for (const { name, tags } of local.services().values()) {
    if (findsService(name) && (tagFilter === '' || tags.some(findsTag))) return true;
    if (work.left <= 0) return false;
  }
  return false;
}

/** Nothing is compiled for the usual event, which has no filters. */
function finder(pattern: string, work: { left: number }): (text: string) => boolean {
  if (pattern === '') return () => true;
  const { test, steps } = compiled(pattern);
  const known = new Map<string, boolean>();
  return (text) => {
    const before = known.get(text);
    work.left -= before === undefined ? steps * (text.length + 1) : 1;
    if (work.left < 0) return false;
    const isFound = before ?? test(text);
    known.set(text, isFound);
    return isFound;
  };
}

/** A restored event may have a pattern that nobody judged: it finds nothing. */
function compiled(pattern: string): SizedRegex {
  try {
    return compileSized(pattern);
  } catch (error) {
    if (!(error instanceof KonsulError) || error.code !== 'REJECTED') throw error;
    return { test: () => false, steps: 1 };
  }
}
