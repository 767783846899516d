/** The cable between an agent and its server: forwards bytes until it is cut, and again when it is mended. */
import { connect, createServer, type Socket } from 'node:net';

export interface Cable {
  readonly port: number;
  /** Ends every connection, and refuses new ones. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

export function layCable(toPort: number): Promise<Cable> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(toPort, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : 0,
        cut() {
          isCut = true;
          drop();
        },
        mend() {
          isCut = false;
        },
        close() {
          drop();
          return new Promise((closed) => server.close(() => closed()));
        },
      });
    });
  });
}
