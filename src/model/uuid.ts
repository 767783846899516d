/** UUIDs as texts. */

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text is a UUID, in either case. */
export const isUuid = (text: string): boolean => text.length === 36 && UUID.test(text);

/** Why a text is no UUID, in the words of Consul's store; `undefined` if it is one. */
export function uuidProblem(text: string): string | undefined {
  if (text.length !== 36) return 'UUID must be 36 characters';
  return isUuid(text) ? undefined : `Invalid UUID: ${text}`;
}
