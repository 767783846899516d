/**
 * One run of a program inside a container, by the Docker Engine API: an exec is created, started, and asked for its exit code. A time-out
 * ends the waiting only: the API has no way to end what was started. Errors read as Consul's do.
 */
import type { Clock } from './clock.ts';
import { Deadline } from './deadline.ts';
import { dockerTarget } from './docker-host.ts';
import { KonsulError, messageOf } from './errors.ts';
import { HttpClient, type HttpReply } from './http-client.ts';
import type { DockerProbe, ExecProbeResult } from './prober.ts';
import { TailBuffer } from './tail-buffer.ts';

/** Answers other than the program's output are short. */
const MAX_REPLY_BYTES = 65_536;

export interface DockerTools {
  readonly clock: Clock;
  /** `unix:///path` or `tcp://host:port`; '' is the usual socket. */
  readonly dockerHost: string;
}

/** Resolves with the result of one run; never rejects. No connection is left. */
export async function probeDocker(probe: DockerProbe, signal: AbortSignal, tools: DockerTools): Promise<ExecProbeResult> {
  const deadline = new Deadline(tools.clock, probe.timeoutMs, signal);
  const tail = new TailBuffer(probe.keepBytes);
  const result = { exitCode: undefined, timedOut: false, error: undefined };
  try {
    const client = new HttpClient({ clock: tools.clock, target: dockerTarget(tools.dockerHost), maxReplyBytes: MAX_REPLY_BYTES });
    const exec = new DockerExec(client, probe, deadline.signal);
    const exitCode = await deadline.run(exec.run(tail));
    return { ...result, exitCode, output: tail.text(), outputBytes: tail.totalBytes };
  } catch (error) {
    const failure = deadline.hasTimedOut ? { timedOut: true } : { error: messageOf(error) };
    return { ...result, ...failure, output: tail.text(), outputBytes: tail.totalBytes };
  } finally {
    deadline.release();
  }
}

class DockerExec {
  readonly #client: HttpClient;
  readonly #probe: DockerProbe;
  readonly #signal: AbortSignal;

  constructor(client: HttpClient, probe: DockerProbe, signal: AbortSignal) {
    this.#client = client;
    this.#probe = probe;
    this.#signal = signal;
  }

  /** The exit code. What the program says goes to `tail`. */
  async run(tail: TailBuffer): Promise<number> {
    const id = await this.#create();
    await this.#start(id, tail);
    return this.#inspect(id);
  }

  async #create(): Promise<string> {
    const { container, args } = this.#probe;
    const wanted = { AttachStdin: false, AttachStdout: true, AttachStderr: true, Tty: false, Cmd: args };
    const reply = await this.#during('create', this.#client.call(this.#post(`/containers/${encodeURIComponent(container)}/exec`, wanted)));
    if (reply.status === 404) throw new Error(`create exec failed for unknown container ${container}`);
    this.#refuse('create', reply, 201);
    const { Id: id } = this.#parsed('create', reply);
    if (typeof id !== 'string') throw new Error(`create exec response for container ${container} cannot be parsed: it has no Id`);
    return id;
  }

  async #start(id: string, tail: TailBuffer): Promise<void> {
    // `Tty` is Consul's way to have the output as it is, not in frames.
    const call = this.#post(`/exec/${encodeURIComponent(id)}/start`, { Detach: false, Tty: true });
    const { status, headers, chunks } = await this.#during('start', this.#client.stream(call));
    try {
      for await (const chunk of chunks) {
        tail.push(chunk);
        if (tail.hasSeenEnough) break;
      }
    } catch (error) {
      // The daemon is known to break off the connection after all was said: the exit code tells the rest.
      if (this.#signal.aborted) throw error;
    }
    this.#refuse('start', { status, headers, body: Buffer.from(tail.text()) }, 200);
  }

  async #inspect(id: string): Promise<number> {
    const call = { method: 'GET', path: `/exec/${encodeURIComponent(id)}/json`, headers: {}, ...this.#limits() };
    const reply = await this.#during('inspect', this.#client.call(call));
    this.#refuse('inspect', reply, 200);
    const { ExitCode: exitCode } = this.#parsed('inspect', reply);
    // `null`: the program still runs, since it said more than is read.
    if (typeof exitCode !== 'number') throw new Error(`inspect exec failed for container ${this.#probe.container}: there is no exit code`);
    return exitCode;
  }

  #post(path: string, body: unknown): Parameters<HttpClient['call']>[0] & { readonly body: Uint8Array } {
    const headers = { 'Content-Type': 'application/json' };
    return { method: 'POST', path, headers, body: Buffer.from(JSON.stringify(body)), ...this.#limits() };
  }

  /** One deadline is for all three steps. */
  #limits(): { readonly timeoutMs: number; readonly signal: AbortSignal } {
    return { timeoutMs: this.#probe.timeoutMs, signal: this.#signal };
  }

  async #during<T>(step: string, reply: Promise<T>): Promise<T> {
    try {
      return await reply;
    } catch (error) {
      if (!(error instanceof KonsulError)) throw error;
      throw new Error(`${step} exec failed for container ${this.#probe.container}: ${error.message}`, { cause: error });
    }
  }

  #refuse(step: string, { status, body }: HttpReply, expected: number): void {
    const { container } = this.#probe;
    if (status === expected) return;
    if (status === 409) throw new Error(`${step} exec failed since container ${container} is paused or stopped`);
    if (status === 404) throw new Error(`${step} exec failed for container ${container}: invalid exec id`);
    throw new Error(`${step} exec failed for container ${container} with status ${status}: ${Buffer.from(body).toString()}`);
  }

  #parsed(step: string, { body }: HttpReply): Readonly<Record<string, unknown>> {
    try {
      const value: unknown = JSON.parse(Buffer.from(body).toString());
      if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
    } catch {
      // Said below.
    }
    throw new Error(`${step} exec response for container ${this.#probe.container} cannot be parsed`);
  }
}
