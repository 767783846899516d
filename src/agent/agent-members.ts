/**
 * Who is in the cluster, as an agent sees it: itself, and what a server said last. A server that cannot be asked leaves the last list
 * standing; before the first answer an agent knows itself only, as one does that gossips with nobody yet.
 */
import type { Member } from '../api/operations.ts';
import { API_LEVEL, API_REVISION } from '../model/api-level.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { Relay } from '../topics/backend.ts';
import { parseJson } from '../wire/json.ts';

export interface AgentMembersOptions {
  readonly datacenter: string;
  readonly nodeName: string;
  readonly nodeId: string;
  readonly address: string;
  /** Shown as the port of the member. */
  readonly memberPort: number;
  readonly relay: Relay;
}

const ALIVE = 1;
const LEAVING = 2;
const LEFT = 3;

export class AgentMembers {
  readonly #options: AgentMembersOptions;
  #status = ALIVE;
  #known: readonly Member[] = [];

  constructor(options: AgentMembersOptions) {
    this.#options = options;
  }

  self(): Member {
    const { datacenter, nodeName: name, nodeId: id, address, memberPort: port } = this.#options;
    const build = `${API_LEVEL}:${API_REVISION}`;
    const tags = { role: 'node', dc: datacenter, id, vsn: '2', vsn_min: '2', vsn_max: '3', build, segment: '', acls: '0' };
    return { name, address, port, tags, status: this.#status };
  }

  leaving(): void {
    this.#status = LEAVING;
  }

  left(): void {
    this.#status = LEFT;
  }

  /** Asks a server. Never rejects. */
  async list(signal: AbortSignal): Promise<readonly Member[]> {
    const known = await this.#ask(signal).catch(() => undefined);
    if (known !== undefined) this.#known = known;
    const self = this.self();
    return [...this.#known.filter(({ name }) => name.toLowerCase() !== self.name.toLowerCase()), self].sort(byName);
  }

  /** Has a server forget a node that failed. Throws what it answers. */
  async forceLeave(node: string, prune: boolean, signal: AbortSignal): Promise<void> {
    const path = `/v1/agent/force-leave/${node}`;
    const { status, text } = await this.#call({ method: 'PUT', path, rawQuery: prune ? 'prune' : '' }, signal);
    if (status !== 200) throw new KonsulError('REJECTED', text);
  }

  async #ask(signal: AbortSignal): Promise<readonly Member[] | undefined> {
    const { status, text } = await this.#call({ method: 'GET', path: '/v1/agent/members', rawQuery: '' }, signal);
    const shown: unknown = status === 200 ? parseJson(text) : undefined;
    return Array.isArray(shown) && shown.every(isShownMember) ? shown.map(memberOf) : undefined;
  }

  async #call(
    request: { readonly method: string; readonly path: string; readonly rawQuery: string },
    signal: AbortSignal,
  ): Promise<{ readonly status: number; readonly text: string }> {
    const answer = await this.#options.relay({ ...request, headers: {}, bodyStream: nothing(), remoteAddress: '', signal });
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer.chunks) chunks.push(chunk);
    return { status: answer.status, text: Buffer.concat(chunks).toString() };
  }
}

interface ShownMember {
  readonly Name: string;
  readonly Addr: string;
  readonly Port: number;
  readonly Tags: Readonly<Record<string, string>>;
  readonly Status: number;
}

/** A server may say anything. */
function isShownMember(value: unknown): value is ShownMember {
  if (!isObject(value)) return false;
  const { Name, Addr, Port, Tags, Status } = value;
  return isText(Name) && isText(Addr) && isCount(Port) && isCount(Status) && isObject(Tags) && Object.values(Tags).every(isText);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value);

const memberOf = ({ Name, Addr, Port, Tags, Status }: ShownMember): Member => ({
  name: Name,
  address: Addr,
  port: Port,
  tags: Tags,
  status: Status,
});

const byName = (a: Member, b: Member): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}
