/** The list of storage engines. An engine's code is loaded when it is opened, so that an agent never loads lmdb. */
import { KonsulError } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Random } from '../runtime/random.ts';
import type { Engine } from './engine.ts';

export interface EngineOptions {
  /** The folder that belongs to the store alone, absolute. Engines that are not durable leave it alone. */
  readonly path: string;
  readonly random: Random;
  readonly logger: Logger;
}

export interface EngineDefinition {
  /** As in `store { engine = "…" }`. */
  readonly name: string;
  /** One line, for the reference. */
  readonly help: string;
  /** What was acknowledged survives the process. */
  readonly isDurable: boolean;
  open(options: EngineOptions): Promise<Engine>;
}

export const engines: readonly EngineDefinition[] = [
  {
    name: 'memory',
    help: 'Everything is gone with the process: development and tests.',
    isDurable: false,
    open: async ({ random }) => new (await import('./memory.ts')).MemoryStore(random).open(),
  },
  {
    name: 'lmdb',
    help: 'One server; what was acknowledged is on its disk.',
    isDurable: true,
    open: async (options) => (await import('./lmdb.ts')).openLmdb(options),
  },
];

/** Opens the engine of that name; CONFIG_INVALID if there is none, STORE_UNREADABLE if its store cannot be used. */
export async function openEngine(name: string, options: EngineOptions): Promise<Engine> {
  const engine = engines.find((candidate) => candidate.name === name);
  if (engine !== undefined) return engine.open(options);
  const names = engines.map((candidate) => `"${candidate.name}"`).join(', ');
  throw new KonsulError('CONFIG_INVALID', `store.engine: there is no engine ${JSON.stringify(name)}; it is one of ${names}`);
}
