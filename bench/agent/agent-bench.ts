/** The agent's bench: what issue and design promise of an agent on every node, each measured. */
import type { Bench } from '../benches.ts';
import { hit } from './hit.ts';
import { idle } from './idle.ts';
import { memory } from './memory.ts';
import { propagation } from './propagation.ts';
import { registering } from './register.ts';
import { serverWork } from './server-work.ts';

export const agentBench: Bench = { name: 'agent', groups: [propagation, registering, serverWork, idle, memory, hit] };
