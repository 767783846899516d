/** The access rule that a route needs, as data: the reference, the authorizer and a test read it. */

export type Resource = 'acl' | 'agent' | 'event' | 'key' | 'keyring' | 'mesh' | 'node' | 'operator' | 'query' | 'service' | 'session';

export type Access = 'read' | 'list' | 'write';

/**
 * `refuse`: without the right the request is answered 403. `filter`: what may not be read is left out of the answer. `none`: the
 * endpoint is open to all, for the stated reason.
 */
export type AccessRule =
  | { readonly kind: 'refuse' | 'filter'; readonly resource: Resource; readonly access: Access }
  | { readonly kind: 'none'; readonly reason: string };

export const refuse = (resource: Resource, access: Access): AccessRule => ({ kind: 'refuse', resource, access });
export const filter = (resource: Resource, access: Access): AccessRule => ({ kind: 'filter', resource, access });
export const open = (reason: string): AccessRule => ({ kind: 'none', reason });
