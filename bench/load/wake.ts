/** Many blocking queries at once, one write, and how long each then waited for its answer. */
import type { WakeJob, WakeResult } from './load-job.ts';
import { percentilesOf } from './percentiles.ts';
import { RawConnection } from './raw-connection.ts';
import { getRequest, putRequest } from './recipes.ts';
import type { Response } from './response-reader.ts';

const WAKE_BOUND_MS = 30_000;
const SETTLE_ROUNDS = 20;
/** The peer sends the same body, so it is kept whole. */
const SAMPLE_BYTES = 1024 * 1024;

export async function wake(job: WakeJob): Promise<WakeResult> {
  const connections = await RawConnection.openMany(job.port, job.awake.length + job.asleep.length + 1, SAMPLE_BYTES);
  const writer = connections.pop() as RawConnection;
  let wokenWrongly = 0;
  const answers: { readonly atMs: number; readonly response: Response }[] = [];
  const allAwake = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`only ${answers.length} of ${job.awake.length} were woken`)), WAKE_BOUND_MS);
    for (const path of job.awake) {
      (connections.pop() as RawConnection).send(getRequest(path), (error, response) => {
        if (response === undefined) return reject(error);
        answers.push({ atMs: performance.now(), response });
        if (answers.length < job.awake.length) return;
        clearTimeout(timer);
        resolve();
      });
    }
  });
  const sleepers = connections;
  for (const [n, path] of job.asleep.entries()) (sleepers[n] as RawConnection).send(getRequest(path), () => wokenWrongly++);
  await settle(writer);
  if (answers.length > 0) throw new Error(`${answers.length} queries did not wait: ${answers[0]?.response.head}`);

  const startedMs = performance.now();
  const triggered = writer.request(putRequest(job.trigger.path, job.trigger.body));
  await allAwake;
  const { status } = await triggered;
  if (status >= 300) throw new Error(`the write was answered with ${status}`);
  await settle(writer);
  const wrongly = wokenWrongly;
  for (const connection of [...sleepers, writer]) connection.close();
  const latencyMs = percentilesOf(answers.map(({ atMs }) => atMs - startedMs));
  const sample = answers[0]?.response;
  return { latencyMs, wokenWrongly: wrongly, sample: { head: sample?.head ?? '', body: sample?.body.toString('utf8') ?? '' } };
}

/** What was sent before is known to the server when it has answered some requests that came after. */
async function settle(connection: RawConnection): Promise<void> {
  for (let round = 0; round < SETTLE_ROUNDS; round++) await connection.request(getRequest('/v1/status/leader'));
}
