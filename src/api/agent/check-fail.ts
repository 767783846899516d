/** Reports a TTL check as critical (spec 5.9). */
import type { ApiRoute } from '../context.ts';
import { ttlRoute } from './ttl-report.ts';

export const agentCheckFail: ApiRoute = ttlRoute('fail', 'critical');
