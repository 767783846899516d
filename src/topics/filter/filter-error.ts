/** Errors of filters: a short reason where it arises, Consul's whole text where it leaves this folder. */
import { KonsulError } from '../../runtime/errors.ts';
import type { Match } from './expression.ts';

/** A reason without its prefix; REJECTED, which is answered with 500 as Consul does. */
export const filterError = (reason: string): KonsulError => new KonsulError('REJECTED', reason);

export const invalidSelector = (match: Match): KonsulError => filterError(`Selector "${match.selector.join('.')}" is not valid`);

export const invalidOperator = (match: Match): KonsulError =>
  filterError(`Invalid match operator "${match.operator}" for selector "${match.selector.join('.')}"`);

/** The error as callers see it. Anything but a reason made here is a bug and passes unchanged. */
export function asFilterFailure(error: unknown): unknown {
  if (!(error instanceof KonsulError) || error.code !== 'REJECTED') return error;
  return new KonsulError('REJECTED', `Failed to create boolean expression evaluator: ${error.message}`, { cause: error });
}
