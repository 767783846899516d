/** What the agent tells a worker thread before their link begins, and where it listens. */
import { KonsulError } from '../runtime/errors.ts';

export interface WorkerGreeting {
  /** A link is between sides of one datacenter. */
  readonly datacenter: string;
  readonly heartbeatMs: number;
}

/** The address that both threads know. */
export const WORKER_ADDRESS = 'konsul-agent';

/** Throws BAD_REQUEST for what comes from anything but `agent.port()`. */
export function greetingOf(message: unknown): WorkerGreeting {
  const { datacenter, heartbeatMs } = (message ?? {}) as Partial<Record<keyof WorkerGreeting, unknown>>;
  if (typeof datacenter === 'string' && typeof heartbeatMs === 'number') return { datacenter, heartbeatMs };
  throw new KonsulError('BAD_REQUEST', 'this port is not one of agent.port()');
}
