/**
 * Where log lines go: standard output, a file, and whoever watches over `/v1/agent/monitor`, each with its own level and form. Lines
 * come in as JSON, made once; text is made once for all who want text.
 */
import { LOG_LEVELS, type LogLevel, textLine } from './log-line.ts';

export interface LogOutput {
  readonly level: LogLevel;
  /** JSON with `@level`, `@message`, `@module` and `@timestamp`; else text in Consul's shape. */
  readonly isJson: boolean;
  /** Takes one line with its end; must not wait. */
  readonly write: (line: string) => void;
}

/** An output that was added. */
export interface LogTap {
  setLevel(level: LogLevel): void;
  remove(): void;
}

interface Added {
  readonly output: LogOutput;
  rank: number;
}

export class LogHub {
  readonly #added = new Set<Added>();
  /** Of the output that wants most. */
  #lowestRank = LOG_LEVELS.length;

  add(output: LogOutput): LogTap {
    const added: Added = { output, rank: rankOf(output.level) };
    this.#added.add(added);
    this.#measure();
    return {
      setLevel: (level) => {
        added.rank = rankOf(level);
        this.#measure();
      },
      remove: () => {
        this.#added.delete(added);
        this.#measure();
      },
    };
  }

  /** Whether anybody wants lines of this level: else none need be made. */
  wants(level: LogLevel): boolean {
    return rankOf(level) >= this.#lowestRank;
  }

  /** `json` is one record as the logger writes it, level first, with its end of line. */
  write(json: string): void {
    const rank = rankOf(/^\{"@level":"([a-z]+)"/.exec(json)?.[1] as LogLevel);
    let text: string | undefined;
    for (const added of this.#added) {
      if (rank < added.rank) continue;
      if (added.output.isJson) added.output.write(json);
      else {
        text ??= textOfJson(json);
        added.output.write(text);
      }
    }
  }

  #measure(): void {
    this.#lowestRank = Math.min(LOG_LEVELS.length, ...[...this.#added].map(({ rank }) => rank));
  }
}

const rankOf = (level: LogLevel): number => LOG_LEVELS.indexOf(level);

function textOfJson(line: string): string {
  const { '@level': level, '@timestamp': time, '@module': component = '', '@message': message, ...fields } = JSON.parse(line);
  return `${textLine({ time, level, component, message, fields })}\n`;
}
