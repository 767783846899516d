/** Reports a TTL check as warning (spec 5.9). */
import type { ApiRoute } from '../context.ts';
import { ttlRoute } from './ttl-report.ts';

export const agentCheckWarn: ApiRoute = ttlRoute('warn', 'warning');
