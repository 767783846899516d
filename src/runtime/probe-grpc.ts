/**
 * One call of `grpc.health.v1.Health/Check` over `node:http2`: a unary call with two tiny messages needs no gRPC library. Errors read as
 * grpc-go's do.
 */
import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2';
import { messageOf } from './errors.ts';
import { decodeHealthResponse, encodeHealthRequest } from './grpc-health.ts';
import { type GrpcAnswer, grpcFailure, rpcErrorText } from './grpc-status.ts';
import { DialError, TIMEOUT_TEXT, withH2Session } from './probe-h2-session.ts';
import type { ProbeTools } from './probe-tools.ts';
import type { GrpcProbe, GrpcProbeResult } from './prober.ts';

/** A health message has a few bytes; an answer is read no further than this. */
const MAX_ANSWER_BYTES = 16_384;
/** The header has at most eight digits. */
const MAX_TIMEOUT_HEADER_MS = 99_999_999;

/** Resolves with the result of one attempt; never rejects. Nothing is left open. */
export async function probeGrpc(probe: GrpcProbe, signal: AbortSignal, tools: ProbeTools): Promise<GrpcProbeResult> {
  try {
    return resultOf(await withH2Session({ probe, signal, tools, use: (session) => call(session, probe) }));
  } catch (error) {
    return { ok: false, error: failureText(messageOf(error), error instanceof DialError) };
  }
}

interface CallAnswer extends GrpcAnswer {
  readonly body: Uint8Array;
}

function call(session: ClientHttp2Session, { service, timeoutMs }: GrpcProbe): Promise<CallAnswer> {
  const stream = session.request({
    ':method': 'POST',
    ':path': '/grpc.health.v1.Health/Check',
    'content-type': 'application/grpc',
    'grpc-timeout': `${Math.min(Math.ceil(timeoutMs), MAX_TIMEOUT_HEADER_MS)}m`,
    te: 'trailers',
    'user-agent': 'Consul Health Check',
  });
  stream.end(encodeHealthRequest(service));
  return new Promise((resolve, reject) => {
    let headers: IncomingHttpHeaders = {};
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    stream.on('response', (head) => (headers = { ...headers, ...head }));
    stream.on('trailers', (trailers) => (headers = { ...headers, ...trailers }));
    stream.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes > MAX_ANSWER_BYTES) reject(new Error(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`));
      else chunks.push(chunk);
    });
    // A reset is told by its code at the end.
    stream.on('error', () => {});
    stream.once('close', () => {
      if (session.destroyed && headers['grpc-status'] === undefined) return reject(new Error('connection closed'));
      resolve({ status: Number(headers[':status'] ?? 0), headers, resetCode: stream.rstCode ?? 0, body: Buffer.concat(chunks) });
    });
  });
}

function resultOf(answer: CallAnswer): GrpcProbeResult {
  const failure = grpcFailure(answer);
  if (failure !== undefined) return { ok: false, error: failure };
  try {
    return { ok: true, servingStatus: decodeHealthResponse(answer.body) };
  } catch (error) {
    return { ok: false, error: rpcErrorText('Internal', `grpc: failed to unmarshal the received message ${messageOf(error)}`) };
  }
}

function failureText(reason: string, isDial: boolean): string {
  if (reason === TIMEOUT_TEXT || (isDial && reason.endsWith(': i/o timeout'))) return rpcErrorText('DeadlineExceeded', TIMEOUT_TEXT);
  if (!isDial) return rpcErrorText('Unavailable', reason);
  const step = reason.startsWith('dial ') ? 'Error while dialing' : 'authentication handshake failed:';
  return rpcErrorText('Unavailable', `connection error: desc = ${JSON.stringify(`transport: ${step} ${reason}`)}`);
}
