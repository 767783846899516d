/**
 * The agent's link to its servers: dials them in turn, for ever, and carries over whichever link is up the views, the writes, the
 * registrations and the relayed requests of this node. A state machine over `LinkTransport`; all that belongs to one link is in its
 * `LinkSession`. Holds nothing that a broken link could lose: the cache holds views, the local state holds registrations. ADR 0018.
 */
import type { Fetcher } from '../cache/fetcher.ts';
import type { Command, ResultOf } from '../model/commands/command.ts';
import { Backoff } from '../runtime/backoff.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import type { Part } from '../runtime/lifecycle.ts';
import type { Link } from '../runtime/link.ts';
import type { RelayAnswer, RelayRequest } from '../topics/backend.ts';
import type { Topic } from '../topics/topic.ts';
import { dialWithin } from './agent-link-dial.ts';
import { greet, refusalOf } from './agent-link-greeting.ts';
import { AgentLinkMeters } from './agent-link-meters.ts';
import type { AgentLinkOptions, AgentLinkState, AgentLinkStatus, AgentLinkTarget } from './agent-link-options.ts';
import { AgentLinkServers } from './agent-link-servers.ts';
import { LinkSession, type SessionEnd } from './agent-link-session.ts';
import { remoteNodeOf } from './codec-commands.ts';
import type { Hello, Welcome } from './frames.ts';
import { noServers } from './outgoing-calls.ts';
import { PushQueue } from './push-queue.ts';

const RETRY_BASE_MS = 100;
/** A link that lasted shorter counts as one more failed try for the pause before the next one. */
const STABLE_LINK_MS = 10_000;

export class AgentLink implements Part, Fetcher {
  readonly name: string = 'link';
  readonly meters: AgentLinkMeters = new AgentLinkMeters();
  /** For the local state. */
  readonly target: AgentLinkTarget = {
    push: async (command) => this.#pushes.push(command),
    fetch: async (digest) => remoteNodeOf(await this.#sessionOrThrow().calls.call((id) => ({ t: 'fetch', id, digest }))),
  };
  readonly #options: AgentLinkOptions;
  readonly #servers: AgentLinkServers;
  readonly #backoff: Backoff;
  readonly #pushes: PushQueue;
  /** Ends every dial and greeting, the loop's and those of joins. */
  readonly #stopping = new AbortController();
  /** Ends whatever the loop waits for: a try, a pause. */
  #wake = new AbortController();
  #running: Promise<void> | undefined;
  #session: LinkSession | undefined;
  /** Left the cluster, or gave up: nothing is dialled until a server is joined. */
  #isResting = false;
  #failures = 0;
  /** Before the next try. */
  #pauseMs = 0;
  #state: AgentLinkState = 'idle';
  #sinceMs: number;
  #reason = '';
  #refusal: string | undefined;
  #server: Welcome['server'] | undefined;
  #lastHeardMs: number;
  #loggedFailure = '';

  constructor(options: AgentLinkOptions) {
    this.#options = options;
    const { servers, random, clock, settings } = options;
    this.#servers = new AgentLinkServers(servers, random);
    this.#backoff = new Backoff({ random, baseMs: RETRY_BASE_MS, capMs: settings.retryIntervalMs });
    this.#pushes = new PushQueue({ clock, meters: this.meters, ...settings });
    this.#sinceMs = clock.nowMs();
    this.#lastHeardMs = clock.nowMs();
  }

  /** Begins to dial; does not wait for a link. */
  async start(): Promise<void> {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wakeUp();
    this.#session?.end('stopped', 'the agent stops');
    this.#pushes.end('the agent stops');
    await this.#running;
  }

  get isLinked(): boolean {
    return this.#session !== undefined;
  }

  get status(): AgentLinkStatus {
    return {
      state: this.#state,
      server: this.#server,
      sinceMs: this.#sinceMs,
      reason: this.#reason,
      lastHeardMs: this.#session?.lastHeardMs ?? this.#lastHeardMs,
      serverIndex: this.meters.serverIndex,
      ...(this.#refusal === undefined ? {} : { refusal: this.#refusal }),
    };
  }

  /** Without a link nothing is remembered: what the sink wants is asked for when one comes up. */
  subscribe(topic: Topic<unknown>, key: string): void {
    this.#session?.views.subscribe(topic, key);
  }

  unsubscribe(topic: Topic<unknown>, key: string): void {
    this.#session?.views.unsubscribe(topic, key);
  }

  /**
   * Has a server decide the command; what it changed is in the sink by then, if it is followed. Fails as the command's rules say, with
   * NO_SERVERS while no link is up, and with UNREACHABLE when the answer does not come: then it may have been done or not.
   */
  async submit<C extends Command>(command: C): Promise<ResultOf<C>> {
    return (await this.#sessionOrThrow().calls.call((id) => ({ t: 'cmd', id, command }))) as ResultOf<C>;
  }

  /** Has a server answer the request: see `Relay`. */
  async relay(request: RelayRequest): Promise<RelayAnswer> {
    return this.#sessionOrThrow().relays.relay(request);
  }

  /** Takes this agent out of the cluster: out of catalog and member list when it resolves. Nothing is dialled afterwards. */
  async leave(): Promise<void> {
    await this.#sessionOrThrow().calls.call((id) => ({ t: 'leave', id }));
    this.#isResting = true;
  }

  /**
   * Links to the server at `address` (`host:port`), and remembers it. Resolves when the hello was accepted, at once if the present link
   * is to that server. Rejects with UNREACHABLE, or with REJECTED if the server says no; a link that was up stays.
   */
  async join(address: string): Promise<void> {
    if (this.#stopping.signal.aborted) throw new KonsulError('SHUTTING_DOWN', 'The agent stops');
    const present = this.#session;
    if (present?.address !== address && present?.welcome.server.address !== address) await this.#connect(address, this.#stopping.signal);
    this.#servers.add(address);
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      if (this.#session !== undefined) await this.#session.over;
      else if (this.#pauseMs > 0) await this.#pause();
      else await this.#try();
    }
    this.#enter('down', 'the agent stops');
  }

  async #pause(): Promise<void> {
    const pauseMs = this.#pauseMs;
    this.#pauseMs = 0;
    await this.#options.clock.sleep(pauseMs, this.#wake.signal);
  }

  /** One try at the next server; without one, a wait for somebody to name one. */
  async #try(): Promise<void> {
    const address = this.#isResting ? undefined : this.#servers.next();
    if (address === undefined) {
      if (!this.#isResting) this.#enter('idle', 'no server is known');
      await this.#woken();
      return;
    }
    this.#enter('connecting', this.#reason);
    try {
      await this.#connect(address, this.#wake.signal);
    } catch (error) {
      if (!this.#stopping.signal.aborted && this.#session === undefined) this.#failed(address, error);
    }
  }

  /** Dials and says hello. The new link takes the place of the present one in the step in which the welcome comes. */
  async #connect(address: string, signal: AbortSignal): Promise<void> {
    const { clock, random, settings, transport } = this.#options;
    const link = await dialWithin({ clock, transport, address, signal });
    const welcomed = (welcome: Welcome): void => this.#adopt({ link, address, welcome });
    await greet({ link, clock, random, key: settings.encryptKey, introduce: () => this.#introduction(), welcomed, signal });
  }

  #introduction(): Omit<Hello, 't' | 'protocol' | 'nonce' | 'proof'> {
    const { identity, node, sink, settings } = this.#options;
    const { datacenter, version, heartbeatMs, maxViewBytes } = settings;
    return { datacenter, node: node(), identity, version, lineage: sink.lineage, seen: sink.seen, heartbeatMs, maxViewBytes };
  }

  #adopt({ link, address, welcome }: { readonly link: Link; readonly address: string; readonly welcome: Welcome }): void {
    this.#session?.end('joined', 'another server was joined');
    const { clock, sink, settings, events, logger } = this.#options;
    const resync = (): void => events.resync();
    const ended = (end: SessionEnd): void => this.#ended(session, end);
    const shared = { clock, sink, settings, logger, meters: this.meters, pushes: this.#pushes };
    const session = new LinkSession({ link, address, welcome, ...shared, resync, ended });
    this.#session = session;
    this.#server = welcome.server;
    this.#refusal = undefined;
    this.#failures = 0;
    this.#loggedFailure = '';
    this.#isResting = false;
    this.meters.connects += 1;
    this.#enter('up', '');
    logger.info({ server: welcome.server.name, address }, 'linked to a server');
    session.begin();
    this.#wakeUp();
    events.linked();
  }

  #ended(session: LinkSession, { cause, reason }: SessionEnd): void {
    const { logger, events, clock } = this.#options;
    if (clock.nowMs() - session.beganMs >= STABLE_LINK_MS) this.#backoff.reset();
    this.#pauseMs = this.#backoff.nextMs();
    this.#lastHeardMs = session.lastHeardMs;
    const fields = { server: session.welcome.server.name, address: session.address, reason };
    if (cause === 'stopped' || cause === 'joined') logger.info(fields, 'link to a server closed');
    else logger.warn(fields, 'link to a server lost');
    this.#session = undefined;
    this.#enter('down', reason);
    events.unlinked(reason);
  }

  #failed(address: string, error: unknown): void {
    const { settings, random, events, logger } = this.#options;
    const reason = messageOf(error);
    const refusal = refusalOf(error);
    this.#failures += 1;
    this.meters.failedTries += 1;
    this.#refusal = refusal === undefined ? this.#refusal : reason;
    if (refusal !== undefined) this.meters.refusals += 1;
    this.#enter('down', reason);
    this.#logFailure({ address, reason }, refusal === undefined ? 'no link to a server' : 'a server refused this agent');
    if (settings.retryMax > 0 && this.#failures >= settings.retryMax) {
      this.#isResting = true;
      logger.error({ tries: this.#failures, reason }, 'gave up linking to a server');
      events.gaveUp(reason);
      return;
    }
    const delayMs = this.#backoff.nextMs();
    const isSlow = refusal !== undefined && !refusal.isTransient;
    this.#pauseMs = isSlow ? settings.retryIntervalMs * (0.5 + random.float() / 2) : delayMs;
  }

  /** Once per reason: a server that is away for a day is one line. */
  #logFailure(fields: { readonly address: string; readonly reason: string }, message: string): void {
    const { logger } = this.#options;
    if (fields.reason === this.#loggedFailure) logger.debug(fields, message);
    else logger.warn(fields, message);
    this.#loggedFailure = fields.reason;
  }

  #sessionOrThrow(): LinkSession {
    if (this.#session === undefined) throw noServers();
    return this.#session;
  }

  #enter(state: AgentLinkState, reason: string): void {
    if (this.#state !== state) this.#sinceMs = this.#options.clock.nowMs();
    this.#state = state;
    this.#reason = reason;
  }

  #woken(): Promise<void> {
    const { signal } = this.#wake;
    return new Promise((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  #wakeUp(): void {
    const asleep = this.#wake;
    this.#wake = new AbortController();
    asleep.abort();
  }
}
