/** The `Operations` that a server and an agent do alike: what concerns the process and its machine, and nobody else. */
import type { AgentConfig } from '../config/agent-config.ts';
import { shownConfig } from '../config/shown-config.ts';
import type { Json } from '../model/values.ts';
import type { Clock } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';
import { type MonitorOptions, monitorLog } from '../runtime/log-monitor.ts';
import { hostFacts } from './machine.ts';
import type { ProcessControl } from './process-control.ts';

export interface ProcessOperationsOptions {
  /** Replaced by a reload. */
  readonly config: { readonly current: AgentConfig };
  readonly nodeId: string;
  readonly control: ProcessControl | undefined;
  readonly clock: Clock;
}

export type MonitorRequest = Pick<MonitorOptions, 'level' | 'isJson' | 'signal'>;

export class ProcessOperations {
  readonly #options: ProcessOperationsOptions;

  constructor(options: ProcessOperationsOptions) {
    this.#options = options;
  }

  async reload(): Promise<void> {
    await this.#control().reload();
  }

  monitor(options: MonitorRequest): AsyncIterable<Uint8Array> {
    return monitorLog({ ...options, hub: this.#control().logs, clock: this.#options.clock });
  }

  debugConfig(): { readonly [key: string]: Json } {
    return { ...shownConfig(this.#options.config.current), NodeID: this.#options.nodeId };
  }

  host(): Promise<{ readonly [key: string]: Json }> {
    const { config, clock } = this.#options;
    return hostFacts({ dataDir: config.current.dataDir, nowMs: clock.wallMs() });
  }

  #control(): ProcessControl {
    const { control } = this.#options;
    if (control !== undefined) return control;
    throw new KonsulError('REJECTED', 'this process is embedded in a program, which has no configuration files and no log of its own');
  }
}
