/** A web service of a few lines: greets at `/`, says that it is well at `/healthy`. */
import { createServer } from 'node:http';

export interface WebService {
  readonly id: string;
  readonly port: number;
  /** Stops listening and drops all connections, like a process that died. May be called again. */
  stop(): Promise<void>;
}

export function startWebService(id: string): Promise<WebService> {
  const server = createServer((request, response) => {
    response.end(request.url === '/healthy' ? 'fine' : `Hello from ${id}`);
  });
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({ id, stop, port: typeof address === 'object' && address !== null ? address.port : 0 });
    });
  });
}
