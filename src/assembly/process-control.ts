/** What a server needs of the process that runs it. A server that is embedded, or under test, may have none. */
import type { LogHub } from '../runtime/log-hub.ts';

export interface ProcessControl {
  /** Reads the configuration again, and hands it to `Server.reload`. Throws CONFIG_INVALID, and changes nothing then. */
  reload(): Promise<void>;
  /** Asks the process to stop, once the answers under way are out. */
  stop(reason: string): void;
  /** Where the log goes through. */
  readonly logs: LogHub;
}
