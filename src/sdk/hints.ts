/** What errors of the SDK advise. */
import type { ApiHints } from '../client/api-client.ts';

export const SDK_HINTS: ApiHints = {
  unreachable: 'is the agent running?',
  forbidden: 'give a token: connect({ token })',
};
