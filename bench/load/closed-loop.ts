/** A closed loop: each connection sends its next request when the answer to the last is there. Finds what a server can do at most. */
import type { LoadJob, LoadResult } from './load-job.ts';
import { RawConnection } from './raw-connection.ts';
import { requestMaker } from './recipes.ts';
import { Tally } from './tally.ts';

export async function closedLoop(job: LoadJob): Promise<LoadResult> {
  const connections = await RawConnection.openMany(job.port, job.connections);
  const make = requestMaker(job.recipe);
  const tally = new Tally();
  const count = job.count ?? Number.POSITIVE_INFINITY;
  const deadlineMs = performance.now() + (job.durationMs ?? Number.POSITIVE_INFINITY);
  let next = 0;

  const drive = (connection: RawConnection): Promise<void> =>
    new Promise((resolve) => {
      const sendNext = (): void => {
        if (next >= count || performance.now() >= deadlineMs) {
          resolve();
          return;
        }
        const startedMs = performance.now();
        connection.send(make(next++), (error, response) => {
          tally.add(performance.now() - startedMs, error, response);
          if (error === undefined) sendNext();
          else resolve();
        });
      };
      sendNext();
    });
  await Promise.all(connections.map(drive));
  for (const connection of connections) connection.close();
  return tally.result();
}
