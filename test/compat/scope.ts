/** The values that the steps of one golden case share: what was captured, and names that are unique to this run. */
import type { JsonValue } from './exact-json.ts';

const HOLE = /\{\{([\w.]+)\}\}/g;
const ONLY_A_HOLE = /^\{\{([\w.]+)\}\}$/;

export class Scope {
  readonly #values: Map<string, JsonValue>;

  constructor(values: Readonly<Record<string, JsonValue>>) {
    this.#values = new Map(Object.entries(values));
  }

  set(name: string, value: JsonValue): void {
    this.#values.set(name, value);
  }

  /** The value; the hole itself if nothing was captured, so that a case goes on after a failed step and shows all that is wrong. */
  get(name: string): JsonValue {
    return this.#values.get(name) ?? `{{${name}}}`;
  }

  /** `text` with each `{{name}}` replaced by the value as text. */
  fill(text: string): string {
    return text.replace(HOLE, (_, name: string) => String(this.get(name)));
  }

  /** As `fill`, but a text that is nothing but a hole gives the value itself, so that numbers stay numbers. */
  resolve(text: string): JsonValue {
    const whole = ONLY_A_HOLE.exec(text)?.[1];
    return whole === undefined ? this.fill(text) : this.get(whole);
  }

  /** The reverse of `fill` for the names that a run gives its cases: makes the answers of two runs comparable. */
  generalise(text: string): string {
    const known = RUN_NAMES.reduce((general, name) => general.replaceAll(this.fill(`{{${name}}}`), `{{${name}}}`), text);
    return known.replaceAll(new RegExp(`${this.fill('{{run}}')}-\\d+[\\w-]*`, 'g'), '{{other}}');
  }
}

/** What `runner.ts` gives each case to begin with. */
const RUN_NAMES = ['p', 'selfId', 'self'] as const;
