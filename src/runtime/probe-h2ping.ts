/** One HTTP/2 PING on a connection of its own. */
import type { ClientHttp2Session } from 'node:http2';
import { messageOf } from './errors.ts';
import { DialError, withH2Session } from './probe-h2-session.ts';
import type { ProbeTools } from './probe-tools.ts';
import type { H2PingProbe, H2PingResult } from './prober.ts';

/** Resolves with the result of one attempt; never rejects. Nothing is left open. */
export async function probeH2Ping(probe: H2PingProbe, signal: AbortSignal, tools: ProbeTools): Promise<H2PingResult> {
  try {
    await withH2Session({ probe, signal, tools, use: ping });
    return { ok: true };
  } catch (error) {
    return { ok: false, error: messageOf(error), hasConnected: !(error instanceof DialError) };
  }
}

function ping(session: ClientHttp2Session): Promise<void> {
  return new Promise((resolve, reject) => {
    session.ping((error) => (error ? reject(error) : resolve()));
  });
}
