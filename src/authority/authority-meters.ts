/** What the authority counts: its terms, and its commits with their sizes and durations. */
import type { Metrics } from '../runtime/metrics.ts';
import { Counter, Sample } from '../runtime/metrics-instruments.ts';

export interface CommitMeasures {
  readonly commands: number;
  readonly records: number;
  /** Until it was durable. */
  readonly durationMs: number;
}

export class AuthorityMeters {
  /** How often it began to lead. */
  readonly terms: Counter = new Counter();
  readonly failedCommits: Counter = new Counter();
  /** Time to take a commit into the state. */
  readonly applyMs: Sample = new Sample();
  readonly #commits = new Counter();
  readonly #commitMs = new Sample();
  readonly #commands = new Sample();
  readonly #records = new Sample();

  /** A commit is durable. */
  committed({ commands, records, durationMs }: CommitMeasures): void {
    this.#commits.increment();
    this.#commitMs.record(durationMs);
    this.#commands.record(commands);
    this.#records.record(records);
  }

  addTo(metrics: Metrics): void {
    metrics.add('consul.raft.apply', this.#commits);
    metrics.add('consul.raft.commitTime', this.#commitMs);
    metrics.add('consul.raft.fsm.apply', this.applyMs);
    metrics.add('consul.raft.state.leader', this.terms);
    metrics.add('konsul.authority.commit_commands', this.#commands);
    metrics.add('konsul.authority.failed_commits_total', this.failedCommits);
    metrics.add('konsul.store.commit_records', this.#records);
  }
}
