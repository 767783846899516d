/**
 * Compares what two servers answered to the same requests beyond what the golden cases ask for: status, names of headers, and which
 * members of which type the JSON has. Values are not compared. What only the first has is `missing`, what only the second has
 * `unexpected`.
 */
import type { Found } from './differences.ts';
import { isObject, type JsonValue, parseExact } from './exact-json.ts';
import type { Mismatch } from './pattern.ts';
import type { CaseRun, Performed } from './runner.ts';
import type { Scope } from './scope.ts';

/** Every difference in structure between the two runs of the same cases. */
export function structuralDifferences(first: readonly CaseRun[], second: readonly CaseRun[]): readonly Found[] {
  return first.flatMap((run, number) => {
    const other = second[number];
    return other === undefined ? [] : compareRuns(run, other);
  });
}

function compareRuns(first: CaseRun, second: CaseRun): readonly Found[] {
  return first.performed.flatMap((performed, index) => {
    const other = second.performed[index];
    if (other === undefined) return [];
    const mismatches = compareAnswers(outline(performed, first.scope), outline(other, second.scope));
    return mismatches.map((mismatch) => ({ ...mismatch, in: first.golden.name, step: index + 1, what: performed.what }));
  });
}

/** Where to type: `header x` to ``, `json [].Node` to `object`. */
interface Outline {
  readonly status: number;
  readonly parts: ReadonlyMap<string, ReadonlySet<string>>;
}

function compareAnswers(first: Outline, second: Outline): readonly Mismatch[] {
  if (first.status !== second.status) return [{ at: 'status', problem: 'differs', detail: `${first.status} and ${second.status}` }];
  const places = new Set([...first.parts.keys(), ...second.parts.keys()]);
  return [...places].flatMap((at): readonly Mismatch[] => {
    const [one, other] = [first.parts.get(at), second.parts.get(at)];
    if (one === undefined) return [{ at, problem: 'unexpected', detail: 'only the second has it' }];
    if (other === undefined) return [{ at, problem: 'missing', detail: 'only the first has it' }];
    const [types, otherTypes] = [[...one].sort().join(), [...other].sort().join()];
    return types === otherTypes ? [] : [{ at, problem: 'differs', detail: `${types} and ${otherTypes}` }];
  });
}

function outline({ answer }: Performed, scope: Scope): Outline {
  const parts = new Map<string, Set<string>>();
  const add = (at: string, type: string): void => {
    const place = scope.generalise(at);
    parts.set(place, (parts.get(place) ?? new Set()).add(type));
  };
  for (const name of Object.keys(answer.headers)) add(`header ${name}`, '');
  if (answer.headers['content-type'] === 'application/json') addJson(parseExact(answer.body.toString()), 'json ', add);
  return { status: answer.status, parts };
}

function addJson(value: JsonValue, at: string, add: (at: string, type: string) => void): void {
  add(at, typeName(value));
  if (Array.isArray(value)) for (const item of value as readonly JsonValue[]) addJson(item, `${at}[]`, add);
  else if (isObject(value)) for (const [key, member] of Object.entries(value)) addJson(member, `${at}.${key}`, add);
}

function typeName(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'bigint' ? 'number' : typeof value;
}
