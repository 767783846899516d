/** Who may link: what a hello must show before the host of the link is asked. Texts say what to do; they go to both logs. */
import { isLoopback } from '../model/ip.ts';
import { type ErrorCode, KonsulError } from '../runtime/errors.ts';
import { parseLinkAddress } from '../runtime/link-address.ts';
import type { Hello } from './frames.ts';
import { isProof, type ProofInput, protocolProblem } from './handshake.ts';

export interface Door {
  readonly datacenter: string;
  /** `undefined`: no `encrypt` is set here. */
  readonly encryptKey: Uint8Array | undefined;
  /** Peers that are not on this machine are safe to let in: TLS with client certificates vouches for them. A key does as well. */
  readonly allowsRemotePeers: boolean;
}

/** Why a peer is turned down for its address alone, before it has said anything. */
export function peerProblem({ encryptKey, allowsRemotePeers }: Door, remoteAddress: string): KonsulError | undefined {
  if (encryptKey !== undefined || allowsRemotePeers || isHere(remoteAddress)) return undefined;
  return denied(
    'links from other machines are refused as long as neither encrypt nor tls.internal_rpc.verify_incoming is set on the server: set one of them on servers and agents',
  );
}

/** Why a hello is turned down. */
export function helloProblem(door: Door, hello: Hello, serverNonce: string): KonsulError | undefined {
  const protocol = protocolProblem(hello.protocol);
  if (protocol !== undefined) return refusal('REJECTED', protocol);
  if (hello.datacenter !== door.datacenter) return refusal('REJECTED', otherDatacenter(hello.datacenter, door.datacenter));
  if (!isProof(hello.proof, agentProof(door, hello, serverNonce))) return denied(keyProblem(door, hello));
  return undefined;
}

/** What the proofs of both sides are made of; `role` is the agent's. */
export const agentProof = ({ encryptKey }: Door, hello: Hello, serverNonce: string): ProofInput => ({
  ...{ key: encryptKey, role: 'agent', serverNonce },
  ...{ agentNonce: hello.nonce, nodeId: hello.identity.nodeId },
});

const otherDatacenter = (theirs: string, ours: string): string =>
  `this server is of datacenter ${JSON.stringify(ours)}, the agent of ${JSON.stringify(theirs)}: set the agent's datacenter, or let it join a server of its own`;

function keyProblem({ encryptKey }: Door, { proof }: Hello): string {
  if (encryptKey === undefined) return 'the agent has an encrypt key and the server has none: set the same encrypt on both';
  if (proof === '') return 'the server has an encrypt key and the agent has none: set the same encrypt on both';
  return 'the encrypt keys of agent and server differ: set the same encrypt on both';
}

/** In process, or over loopback. */
function isHere(remoteAddress: string): boolean {
  if (remoteAddress === '') return true;
  const host = parseLinkAddress(remoteAddress)?.host.replace(/^::ffff:/i, '');
  return host !== undefined && (host === '::1' || isLoopback(host));
}

const denied = (message: string): KonsulError => refusal('PERMISSION_DENIED', message);
const refusal = (code: ErrorCode, message: string): KonsulError => new KonsulError(code, message);
