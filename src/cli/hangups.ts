/** SIGHUP from the first moment on: one that comes before anybody reloads is kept. */
import type { CliTools } from './define-command.ts';

export class Hangups {
  #react: (() => void) | undefined;
  #isPending = false;

  constructor({ onHangup }: Pick<CliTools, 'onHangup'>) {
    onHangup(() => {
      if (this.#react === undefined) this.#isPending = true;
      else this.#react();
    });
  }

  /** Calls `react` for each from now on, and once for all that came before. */
  listen(react: () => void): void {
    this.#react = react;
    if (this.#isPending) react();
    this.#isPending = false;
  }
}
