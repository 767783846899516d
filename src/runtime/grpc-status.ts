/** How a gRPC call ended, told from the HTTP/2 answer, in the words of grpc-go: operators search for these in their dashboards. */
import { type IncomingHttpHeaders, STATUS_CODES } from 'node:http';

export interface GrpcAnswer {
  readonly status: number;
  /** Those of the head and of the trailers together. */
  readonly headers: IncomingHttpHeaders;
  /** The code with which the stream was reset; 0: it was not. */
  readonly resetCode: number;
}

/** https://grpc.io/docs/guides/status-codes/, by number. */
const CODE_NAMES = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
];

/** What an HTTP status stands for where a gRPC status is missing. */
const CODES_OF_HTTP: Readonly<Record<number, string>> = {
  400: 'Internal',
  401: 'Unauthenticated',
  403: 'PermissionDenied',
  404: 'Unimplemented',
  429: 'Unavailable',
  502: 'Unavailable',
  503: 'Unavailable',
  504: 'Unavailable',
};

/** RFC 9113, section 7, by number, with the gRPC code that each stands for. */
const RESETS: readonly (readonly [name: string, code: string])[] = [
  ['NO_ERROR', 'Internal'],
  ['PROTOCOL_ERROR', 'Internal'],
  ['INTERNAL_ERROR', 'Internal'],
  ['FLOW_CONTROL_ERROR', 'ResourceExhausted'],
  ['SETTINGS_TIMEOUT', 'Internal'],
  ['STREAM_CLOSED', 'Internal'],
  ['FRAME_SIZE_ERROR', 'Internal'],
  ['REFUSED_STREAM', 'Unavailable'],
  ['CANCEL', 'Canceled'],
  ['COMPRESSION_ERROR', 'Internal'],
  ['CONNECT_ERROR', 'Internal'],
  ['ENHANCE_YOUR_CALM', 'ResourceExhausted'],
  ['INADEQUATE_SECURITY', 'PermissionDenied'],
  ['HTTP_1_1_REQUIRED', 'Internal'],
];

/** `rpc error: code = NotFound desc = unknown service`. */
export const rpcErrorText = (code: string, description: string): string => `rpc error: code = ${code} desc = ${description}`;

/** Why the call failed; `undefined`: it did not, and there should be a message. */
export function grpcFailure(answer: GrpcAnswer): string | undefined {
  const { status, headers, resetCode } = answer;
  const grpcStatus = headers['grpc-status'];
  if (grpcStatus !== undefined) return failureOf(String(grpcStatus), String(headers['grpc-message'] ?? ''));
  if (resetCode !== 0) return resetFailure(resetCode);
  const contentType = headers['content-type'];
  if (status === 200 && contentType?.startsWith('application/grpc')) {
    return rpcErrorText('Internal', 'server closed the stream without sending trailers');
  }
  return rpcErrorText(CODES_OF_HTTP[status] ?? 'Unknown', `${httpText(status)}; transport: ${contentTypeText(contentType)}`);
}

function failureOf(grpcStatus: string, message: string): string | undefined {
  if (grpcStatus === '0') return undefined;
  return rpcErrorText(CODE_NAMES[Number(grpcStatus)] ?? `Code(${grpcStatus})`, percentDecoded(message));
}

function resetFailure(resetCode: number): string {
  const [name, code] = RESETS[resetCode] ?? [String(resetCode), 'Unknown'];
  return rpcErrorText(code, `stream terminated by RST_STREAM with error code: ${name}`);
}

const httpText = (status: number): string => `${STATUS_CODES[status] ?? ''}: HTTP status code ${status}`;

const contentTypeText = (contentType: string | undefined): string =>
  contentType === undefined ? 'missing content-type field' : `received the unexpected content-type ${JSON.stringify(contentType)}`;

/** gRPC escapes what is not plain ASCII; a message that is not escaped rightly is shown as it came. */
function percentDecoded(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}
