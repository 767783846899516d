/** Node 20 runs no TypeScript by itself: here a thread is told how before it loads its file. */
import { Worker, type WorkerOptions } from 'node:worker_threads';

/** In your program: `new Worker(url, options)`. */
export function startThread(url: string, options: WorkerOptions): Worker {
  const [tsx, file] = [import.meta.resolve('tsx/esm/api'), url].map((each) => JSON.stringify(each));
  return new Worker(`import(${tsx}).then(({ register }) => { register(); return import(${file}); })`, { ...options, eval: true });
}
