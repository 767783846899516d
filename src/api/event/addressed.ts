/** Which events this agent keeps: those whose filters find its node, or one of its services. */
import type { UserEvent } from '../../model/user-event.ts';
import { compileRegex } from '../../topics/filter/regex/regex.ts';
import type { LocalNode } from '../local-node.ts';

type Addressing = (local: Pick<LocalNode, 'nodeName' | 'services'>) => boolean;

/** The filters of an event are compiled once, and forgotten with it. */
const compiled = new WeakMap<UserEvent, Addressing>();

/** Whether the event is meant for this node, with the services that it has now. */
export function isAddressed(event: UserEvent, local: Pick<LocalNode, 'nodeName' | 'services'>): boolean {
  const known = compiled.get(event) ?? addressingOf(event);
  compiled.set(event, known);
  return known(local);
}

function addressingOf({ nodeFilter, serviceFilter, tagFilter }: UserEvent): Addressing {
  const findsNode = finds(nodeFilter);
  const findsService = finds(serviceFilter);
  const findsTag = finds(tagFilter);
  return (local) => {
    if (!findsNode(local.nodeName)) return false;
    if (serviceFilter === '') return true;
    return [...local.services().values()].some(({ name, tags }) => findsService(name) && (tagFilter === '' || tags.some(findsTag)));
  };
}

/** Nothing is compiled for the usual event, which has no filters. */
const finds = (pattern: string): ((text: string) => boolean) => (pattern === '' ? () => true : compileRegex(pattern));
