/**
 * The least a Node server can do for a thousand waiting clients: holds `GET /wait`, and on `PUT /wake` sends the given bytes to all who
 * wait. A process of its own; its parent gives the answer, it gives back its port.
 */
import { createServer, type ServerResponse } from 'node:http';
import { portOf } from '../../test/integration/free-port.ts';

export interface BareAnswer {
  /** Status line and headers of an answer. */
  readonly head: string;
  readonly body: string;
}

/** Headers that `node:http` writes by itself. */
const OWN_HEADERS = ['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding'];

function headersOf(head: string): [string, string][] {
  const lines = head.split('\r\n').slice(1);
  const pairs = lines.map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]);
  return pairs.filter(([name]) => !OWN_HEADERS.includes(name.toLowerCase()));
}

process.once('message', (answer: BareAnswer) => {
  const body = Buffer.from(answer.body);
  const headers = Object.fromEntries([...headersOf(answer.head), ['Content-Length', `${body.length}`]]);
  let waiting: ServerResponse[] = [];
  const server = createServer((request, response) => {
    if (request.url === '/wait') {
      waiting.push(response);
    } else if (request.url === '/wake') {
      for (const waiter of waiting) waiter.writeHead(200, headers).end(body);
      waiting = [];
      response.end('true');
    } else if (request.url !== '/sleep') {
      response.end('"127.0.0.1:8300"');
    }
  });
  server.listen(0, '127.0.0.1', () => process.send?.(portOf(server)));
});
