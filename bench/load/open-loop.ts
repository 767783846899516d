/** An open loop: requests are due at a fixed rate whether the server keeps up or not, and wait for a free connection if it does not. */
import type { LoadJob, LoadResult } from './load-job.ts';
import { RawConnection } from './raw-connection.ts';
import { requestMaker } from './recipes.ts';
import { Tally } from './tally.ts';

/** Requests of the first moments are made and not counted: this process has just started, and its own code is still cold. */
const WARM_UP_MS = 1_000;

export async function openLoop(job: LoadJob, ratePerS: number): Promise<LoadResult> {
  const connections = await RawConnection.openMany(job.port, job.connections);
  const free = [...connections];
  const make = requestMaker(job.recipe);
  const tally = new Tally();
  const warmUp = Math.floor((ratePerS * WARM_UP_MS) / 1_000);
  const total = warmUp + (job.count ?? Math.floor((ratePerS * (job.durationMs ?? 1_000)) / 1_000));
  const startMs = performance.now();
  let sent = 0;
  let done = 0;

  await new Promise<void>((resolve) => {
    const send = (connection: RawConnection): void => {
      const dueMs = startMs + (sent * 1_000) / ratePerS;
      const counts = sent >= warmUp;
      connection.send(make(sent++), (error, response) => {
        if (counts) tally.add(performance.now() - dueMs, error, response);
        done++;
        if (error === undefined) free.push(connection);
        if (done === total || (free.length === 0 && done === sent)) resolve();
      });
    };
    const later = job.pace === 'timer' ? (then: () => void) => setTimeout(then, 1) : setImmediate;
    const tick = (): void => {
      const due = Math.min(total, Math.floor(((performance.now() - startMs) * ratePerS) / 1_000) + 1);
      while (sent < due && free.length > 0) send(free.pop() as RawConnection);
      if (sent < total && done < total) later(tick);
    };
    tick();
  });
  for (const connection of connections) connection.close();
  return tally.result();
}
