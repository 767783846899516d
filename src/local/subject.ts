/** The name of a service or check among all that is registered here. */

export type SubjectKind = 'service' | 'check';

export type Subject = `${SubjectKind} ${string}`;

export const subjectOf = (kind: SubjectKind, id: string): Subject => `${kind} ${id}`;
