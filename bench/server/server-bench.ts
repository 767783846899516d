/** The server's bench: what issue and design promise of one server, each measured. */
import type { Bench } from '../benches.ts';
import { catalog } from './catalog.ts';
import { kvPut } from './kv-put.ts';
import { noChange } from './no-change.ts';
import { start } from './start.ts';
import { wakeAll } from './wake.ts';

export const serverBench: Bench = { name: 'server', groups: [start, kvPut, wakeAll, noChange, catalog] };
