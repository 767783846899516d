/** Errors as they travel in frames, and back. Codes, texts and status stay; causes and details stay where they arose. */
import { type ErrorCode, errorCodes, KonsulError, messageOf } from '../runtime/errors.ts';
import type { WireError } from './frames.ts';

/** Texts may quote what a client sent. With this much of each, an answer with a thousand of them still fits a frame. */
const MAX_MESSAGE_CHARS = 2_048;

/** Anything that was thrown. What has no code is a bug of the side that threw it. */
export function toWireError(error: unknown): WireError {
  const message = messageOf(error).slice(0, MAX_MESSAGE_CHARS);
  if (error instanceof KonsulError) return { code: error.code, message, status: error.status };
  return { code: 'KONSUL_INVARIANT', message, status: errorCodes.KONSUL_INVARIANT.status };
}

/** The error again. A code that only a newer version knows becomes REJECTED, under its own status. */
export function fromWireError({ code, message, status }: WireError): KonsulError {
  const known: ErrorCode = Object.hasOwn(errorCodes, code) ? code : 'REJECTED';
  return new KonsulError(known, message, { status });
}
