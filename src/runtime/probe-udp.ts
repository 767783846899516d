/**
 * One UDP attempt: sends an empty datagram and waits. An answer is well, and so is silence: UDP need not answer. Only what says that
 * nobody is there is not (an ICMP refusal, a name that does not resolve).
 */
import { createSocket, type Socket } from 'node:dgram';
import type { LookupAddress } from 'node:dns';
import { Deadline } from './deadline.ts';
import { udpErrorText } from './net-error.ts';
import type { ProbeTools } from './probe-tools.ts';
import type { ReachResult, UdpProbe } from './prober.ts';
import { resolveAllowed } from './target-guard.ts';

/** Resolves with the result of one attempt; never rejects. Nothing is left open. */
export async function probeUdp(probe: UdpProbe, signal: AbortSignal, tools: ProbeTools): Promise<ReachResult> {
  const deadline = new Deadline(tools.clock, probe.timeoutMs, signal);
  const attempt = new UdpAttempt(probe.port);
  try {
    const address = await deadline.run(resolveAllowed(tools.deny, probe.host, probe.port));
    await deadline.run(attempt.answer(address));
    return { ok: true };
  } catch (error) {
    if (deadline.hasTimedOut && attempt.hasSent) return { ok: true };
    return { ok: false, error: deadline.hasTimedOut ? `dial udp: lookup ${probe.host}: i/o timeout` : udpErrorText(error, probe) };
  } finally {
    deadline.release();
    attempt.close();
  }
}

class UdpAttempt {
  readonly #port: number;
  #socket: Socket | undefined;
  #hasSent = false;

  constructor(port: number) {
    this.#port = port;
  }

  get hasSent(): boolean {
    return this.#hasSent;
  }

  /** Resolves with the first datagram that comes back. A connected socket hears of refusals, and of nobody else. */
  answer({ address, family }: LookupAddress): Promise<void> {
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    this.#socket = socket;
    return new Promise((resolve, reject) => {
      socket.once('message', () => resolve());
      // Stays for the life of the socket: an error after the end of the attempt has no other listener.
      socket.on('error', reject);
      socket.connect(this.#port, address, () => {
        socket.send('', (error) => {
          this.#hasSent = error === null;
          if (error !== null) reject(error);
        });
      });
    });
  }

  close(): void {
    this.#socket?.close();
  }
}
