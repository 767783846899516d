/**
 * What both halves of a link do alike before they trust each other: nonces, proofs of the shared key (`encrypt`), and the rule of
 * versions. The key is proved, never sent. A proof is of both nonces, the side that makes it and the agent's node: none can be used twice.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Random } from '../runtime/random.ts';
import { PROTOCOL, type ProtocolVersion } from './frames.ts';

/** A link on which this much time passes before the hello, or the answer to it, is closed. */
export const HANDSHAKE_TIMEOUT_MS: number = 5_000;

/** No message before the welcome is longer, as text. */
export const MAX_HANDSHAKE_BYTES: number = 64 * 1_024;

export interface ProofInput {
  /** `undefined`: no key is set. */
  readonly key: Uint8Array | undefined;
  /** Whose proof it is. */
  readonly role: 'agent' | 'server';
  /** Of the challenge, and of the hello. */
  readonly serverNonce: string;
  readonly agentNonce: string;
  /** Of the agent, as in its hello. */
  readonly nodeId: string;
}

/** Unpredictable, and never the same twice. */
export const newNonce = (random: Random): string => `${random.uuid()}${random.uuid()}`.replaceAll('-', '');

/** HMAC-SHA-256 in hex; '' without a key. */
export function proofOf({ key, role, serverNonce, agentNonce, nodeId }: ProofInput): string {
  if (key === undefined) return '';
  return createHmac('sha256', key)
    .update(JSON.stringify(['konsul link', role, serverNonce, agentNonce, nodeId]))
    .digest('hex');
}

/** Whether `proof` is the right one, in a time that tells nothing. Without a key, only '' is right: the other side has none either. */
export function isProof(proof: string, input: ProofInput): boolean {
  const given = Buffer.from(proof);
  const right = Buffer.from(proofOf(input));
  return given.length === right.length && timingSafeEqual(given, right);
}

/** Why this side cannot speak with one of another version, in words for its log; `undefined` if it can. */
export function protocolProblem(theirs: ProtocolVersion): string | undefined {
  const [major, minor] = PROTOCOL;
  if (theirs[0] === major && Math.abs(theirs[1] - minor) <= 1) return undefined;
  const older = theirs[0] < major || (theirs[0] === major && theirs[1] < minor) ? 'that' : 'this';
  return `link protocol ${theirs.join('.')} does not go with ${PROTOCOL.join('.')} of this side: upgrade ${older} one, by one minor version at a time`;
}
