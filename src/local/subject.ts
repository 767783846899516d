/** The name of a service or check among all that is registered here. */

export type SubjectKind = 'service' | 'check';

export type Subject = `${SubjectKind} ${string}`;

/** What a change concerns: the service or check, by id. */
export type Concerned = readonly (readonly [SubjectKind, string])[];

export const subjectOf = (kind: SubjectKind, id: string): Subject => `${kind} ${id}`;
