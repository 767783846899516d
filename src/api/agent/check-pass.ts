/** Reports a TTL check as passing (spec 5.9). */
import type { ApiRoute } from '../context.ts';
import { ttlRoute } from './ttl-report.ts';

export const agentCheckPass: ApiRoute = ttlRoute('pass', 'passing');
