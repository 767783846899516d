/** What a filter expression is once parsed: selectors and values as written, not yet held against any record. */

/** Named as error texts name them. `contains` is `In`, read from the other side. */
export type Operator = 'Equal' | 'Not Equal' | 'In' | 'Not In' | 'Is Empty' | 'Is Not Empty' | 'Matches' | 'Not Matches';

export interface Match {
  readonly kind: 'match';
  /** The parts of `Meta["a-b"]` or `Checks.Status`; never empty. */
  readonly selector: readonly string[];
  readonly operator: Operator;
  /** Unquoted; '' for the operators that take none. */
  readonly value: string;
}

export interface Not {
  readonly kind: 'not';
  readonly operand: Expression;
}

/** `and` and `or` chains, flat: as long as the text is, but no deeper. */
export interface Chain {
  readonly kind: 'all' | 'any';
  readonly operands: readonly Expression[];
}

export type Expression = Match | Not | Chain;
