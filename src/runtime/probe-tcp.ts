/** One TCP attempt: connects, shakes hands if TLS is asked for, and hangs up. Sends nothing of its own. */
import type { Socket } from 'node:net';
import { Deadline } from './deadline.ts';
import { connected, dialErrorText, openSocket } from './probe-socket.ts';
import type { ProbeTools } from './probe-tools.ts';
import type { ReachResult, TcpProbe } from './prober.ts';

/** Resolves with the result of one attempt; never rejects. Nothing is left open. */
export async function probeTcp(probe: TcpProbe, signal: AbortSignal, tools: ProbeTools): Promise<ReachResult> {
  const deadline = new Deadline(tools.clock, probe.timeoutMs, signal);
  let socket: Socket | undefined;
  try {
    socket = openSocket(probe, tools);
    await deadline.run(connected(socket, probe.tls));
    return { ok: true };
  } catch (error) {
    return { ok: false, error: dialErrorText(error, probe, deadline) };
  } finally {
    deadline.release();
    socket?.destroy();
  }
}
