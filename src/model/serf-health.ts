/** The check that says whether an agent's node is alive. Clients know it by its id, name and outputs, which are Consul's. */
import type { CheckDefinition } from './commands/catalog.ts';
import { SERF_HEALTH } from './node.ts';

export const serfHealth = (isAlive: boolean): CheckDefinition => ({
  id: SERF_HEALTH,
  name: 'Serf Health Status',
  status: isAlive ? 'passing' : 'critical',
  notes: '',
  output: isAlive ? 'Agent alive and reachable' : 'Agent not live or unreachable',
  serviceId: '',
  type: '',
  interval: '',
  timeout: '',
  exposedPort: 0,
  definition: undefined,
});
