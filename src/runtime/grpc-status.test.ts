import { expect, test } from 'vitest';
import { type GrpcAnswer, grpcFailure } from './grpc-status.ts';

const answer = (headers: GrpcAnswer['headers'], status = 200, resetCode = 0): GrpcAnswer => ({ status, headers, resetCode });
const GRPC = { 'content-type': 'application/grpc' };

test.each([
  [answer({ ...GRPC, 'grpc-status': '5', 'grpc-message': 'unknown service%20x' }), 'code = NotFound desc = unknown service x'],
  [answer({ ...GRPC, 'grpc-status': '14' }), 'code = Unavailable desc = '],
  [answer({ ...GRPC, 'grpc-status': '99', 'grpc-message': '100%' }), 'code = Code(99) desc = 100%'],
  [answer({ ...GRPC, 'grpc-status': '-1' }), 'code = Code(-1) desc = '],
  [answer(GRPC), 'code = Internal desc = server closed the stream without sending trailers'],
  [answer({}, 404), 'code = Unimplemented desc = Not Found: HTTP status code 404; transport: missing content-type field'],
  [
    answer({ 'content-type': 'text/html' }, 503),
    'code = Unavailable desc = Service Unavailable: HTTP status code 503; transport: received the unexpected content-type "text/html"',
  ],
  [
    answer({ 'content-type': 'text/html' }),
    'code = Unknown desc = OK: HTTP status code 200; transport: received the unexpected content-type "text/html"',
  ],
  [answer({}, 0, 8), 'code = Canceled desc = stream terminated by RST_STREAM with error code: CANCEL'],
  [answer(GRPC, 200, 7), 'code = Unavailable desc = stream terminated by RST_STREAM with error code: REFUSED_STREAM'],
  [answer({}, 0, 77), 'code = Unknown desc = stream terminated by RST_STREAM with error code: 77'],
])('%j reads as grpc-go says it', (given, text) => {
  expect(grpcFailure(given)).toBe(`rpc error: ${text}`);
});

test('status 0 is no failure', () => {
  expect(grpcFailure(answer({ ...GRPC, 'grpc-status': '0' }))).toBeUndefined();
});
