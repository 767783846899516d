/** What one link asks of its server and gets one answer to: commands, pushes, what is held for its node, its leave. Bounded together. */
import { KonsulError } from '../runtime/errors.ts';
import { assertCommand } from './codec-commands.ts';
import { toWireError } from './codec-error.ts';
import type { CommandFrame, FetchNode, Hello, Leave, PushFrame } from './frames.ts';
import type { Admission, LinkHost } from './link-host.ts';
import type { ServingMeters } from './serving-meters.ts';
import type { Outflow } from './serving-outflow.ts';
import type { ServingPushes } from './serving-pushes.ts';

export interface ServingCommandsOptions {
  readonly host: LinkHost;
  readonly admission: Admission;
  readonly hello: Hello;
  readonly outflow: Outflow;
  readonly pushes: ServingPushes;
  readonly meters: ServingMeters;
}

/** Of one link, without an answer; a push counts for each of its commands. */
const MAX_UNANSWERED = 1_000;

export class ServingCommands {
  readonly #options: ServingCommandsOptions;
  #unanswered = 0;
  /** Its leave is under way, or done: whatever it writes behind that would bring its node back. */
  #isLeaving = false;

  constructor(options: ServingCommandsOptions) {
    this.#options = options;
  }

  command({ id, command }: CommandFrame): void {
    this.#options.meters.commands += 1;
    void this.#answer(id, async () => {
      if (this.#isLeaving) throw hasLeft();
      assertCommand(command);
      return this.#options.host.submit(command);
    });
  }

  fetch({ id, digest }: FetchNode): void {
    const { host, hello } = this.#options;
    void this.#answer(id, async () => {
      if (hello.node === undefined) throw new KonsulError('BAD_REQUEST', 'a reader has no node to fetch');
      return host.fetchNode(hello.node.name, hello.identity.nodeId, digest);
    });
  }

  leave({ id }: Leave): void {
    void this.#answer(id, () => this.#leave());
  }

  async #leave(): Promise<void> {
    this.#isLeaving = true;
    try {
      await this.#options.admission.leave();
    } catch (error) {
      this.#isLeaving = false;
      throw error;
    }
  }

  /** Throws BAD_REQUEST for more commands than a link may have unanswered. */
  push(frame: PushFrame): void {
    const { length } = frame.commands;
    if (length > MAX_UNANSWERED) throw new KonsulError('BAD_REQUEST', `a push of ${length} commands is more than a link may carry`);
    if (this.#isLeaving) this.#refusePush(frame, hasLeft());
    else if (this.#unanswered + length > MAX_UNANSWERED) this.#refusePush(frame, tooMany());
    else void this.#push(frame);
  }

  #refusePush({ seq, commands }: PushFrame, error: KonsulError): void {
    const wireError = toWireError(error);
    this.#options.outflow.frame({ t: 'ack', seq, failed: commands.map((_, place) => [place, wireError]) });
  }

  async #push(frame: PushFrame): Promise<void> {
    const { pushes, hello, outflow } = this.#options;
    const pusher = { ...hello.identity, nodeName: hello.node?.name ?? '' };
    this.#unanswered += frame.commands.length;
    const ack = await pushes.take(pusher, frame);
    this.#unanswered -= frame.commands.length;
    outflow.frame(ack);
  }

  /** Everything that `work` changes has been published when it resolves: so it has been sent before the answer. */
  async #answer(id: number, work: () => Promise<unknown>): Promise<void> {
    const { outflow } = this.#options;
    if (this.#unanswered >= MAX_UNANSWERED) {
      outflow.frame({ t: 'fail', id, error: toWireError(tooMany()) });
      return;
    }
    this.#unanswered += 1;
    try {
      outflow.frame({ t: 'done', id, result: await work() });
    } catch (error) {
      outflow.frame({ t: 'fail', id, error: toWireError(error) });
    } finally {
      this.#unanswered -= 1;
    }
  }
}

const hasLeft = (): KonsulError => new KonsulError('SHUTTING_DOWN', 'this agent has left the cluster: it writes nothing any more');
const tooMany = (): KonsulError =>
  new KonsulError('TOO_MANY_CONNECTIONS', `${MAX_UNANSWERED} requests of this link wait for their answers already`);
