/** Filter expressions, compiled against the fields of a record kind. A compiled filter is a pure predicate and may be kept. */
import type { Predicate } from './comparison.ts';
import type { Expression } from './expression.ts';
import { compileMatch, type FieldTable, type FilterEnvironment } from './fields.ts';
import { asFilterFailure } from './filter-error.ts';
import { parseFilter } from './parse.ts';

/**
 * The predicate of `?filter=`, `undefined` for an empty one. All errors show here, none later: REJECTED with Consul's text
 * (`Failed to create boolean expression evaluator: Selector "Foo" is not valid`). Depth of nesting, size of patterns and the time per
 * character of a value are bounded, whoever wrote the expression.
 */
export function compileFilter<T>(fields: FieldTable<T>, expression: string, environment: FilterEnvironment): Predicate<T> | undefined {
  if (expression === '') return undefined;
  try {
    return toPredicate(parseFilter(expression), (match) => compileMatch(fields, match, { path: match.selector, environment }));
  } catch (error) {
    throw asFilterFailure(error);
  }
}

function toPredicate<T>(expression: Expression, compile: (match: Expression & { kind: 'match' }) => Predicate<T>): Predicate<T> {
  switch (expression.kind) {
    case 'match':
      return compile(expression);
    case 'not': {
      const operand = toPredicate(expression.operand, compile);
      return (item) => !operand(item);
    }
    case 'all': {
      const operands = expression.operands.map((operand) => toPredicate(operand, compile));
      return (item) => operands.every((test) => test(item));
    }
    case 'any': {
      const operands = expression.operands.map((operand) => toPredicate(operand, compile));
      return (item) => operands.some((test) => test(item));
    }
  }
}
