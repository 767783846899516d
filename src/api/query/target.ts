/** What a path below `/v1/query/` means: a query by id, or an action on one by name or id. */
import { type Answer, textAnswer } from '../../http/answer.ts';

export interface QueryTarget {
  readonly action: 'read' | 'execute' | 'explain';
  readonly nameOrId: string;
}

/** A name may hold slashes: only the end of the path is an action. */
export function parseTarget(rest: string): QueryTarget {
  const action = /(?:^|\/)(execute|explain)$/.exec(rest)?.[1] as 'execute' | 'explain' | undefined;
  return action === undefined ? { action: 'read', nameOrId: rest } : { action, nameOrId: rest.replace(/\/(?:execute|explain)$/, '') };
}

/** The answer to writing to an action, which is only for reading. */
export function methodRefusal(method: string, rest: string): Answer | undefined {
  if (parseTarget(rest).action === 'read') return undefined;
  return textAnswer(405, `method ${method} not allowed`, { Allow: 'GET' });
}
