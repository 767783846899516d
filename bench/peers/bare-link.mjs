/**
 * The floor of an agent's memory: bare Node with an HTTP door and `ws`, holding one connection. Plain JavaScript, as a loader for
 * TypeScript would be part of what is measured. Its argument is the port of a WebSocket server on loopback; says `ready` when connected.
 */
import { createServer } from 'node:http';
import { WebSocket } from 'ws';

createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
new WebSocket(`ws://127.0.0.1:${process.argv[2]}`).on('open', () => process.stdout.write('ready\n'));
