/**
 * Runs golden cases against a server and tells every way in which its answers are not as expected. It never stops at the first one,
 * so that a list of known differences can be held against the whole. Knows no endpoint.
 */
import { KonsulError, messageOf } from '../../src/runtime/errors.ts';
import { isObject, type JsonValue, parseExact, show } from './exact-json.ts';
import { exchange, type RawAnswer } from './exchange.ts';
import {
  ABSENT,
  CapturedBytes,
  type Expected,
  type ExpectedBody,
  type GoldenCase,
  type GoldenRequest,
  type HeaderPattern,
  type Step,
} from './golden-case.ts';
import { anyIndex, findMismatches, type Mismatch, type Pattern } from './pattern.ts';
import { Scope } from './scope.ts';

/** A server under test. */
export interface Target {
  readonly url: string;
  readonly self: string;
  readonly selfId: string;
  /** Begins every name that cases make up; unique among the runs that share a server. */
  readonly runId: string;
}

export interface Performed {
  /** Method and path, as the case has them. */
  readonly what: string;
  readonly answer: RawAnswer;
  readonly mismatches: readonly Mismatch[];
}

export interface CaseRun {
  readonly golden: GoldenCase;
  /** In the order of the case, steps of `wokenBy` before the step that they wake. */
  readonly performed: readonly Performed[];
  /** To make answers of two runs comparable. */
  readonly scope: Scope;
}

/** Asks the server who it is. */
export async function targetAt(url: string, runId: string): Promise<Target> {
  const answer = await exchange(url, { method: 'GET', path: '/v1/agent/self', headers: {}, body: new Uint8Array() });
  const self = parseExact(answer.body.toString());
  const config = isObject(self) ? self.Config : undefined;
  if (config === undefined || !isObject(config)) throw new KonsulError('KONSUL_INVARIANT', `no agent at ${url}`);
  return { url, runId, self: String(config.NodeName), selfId: String(config.NodeID) };
}

/** Performs the case's steps in order. A server that does not answer at all throws. */
export async function runCase(golden: GoldenCase, target: Target, number: number): Promise<CaseRun> {
  const scope = new Scope({
    run: target.runId,
    p: `${target.runId}-${String(number).padStart(4, '0')}`,
    self: target.self,
    selfId: target.selfId,
  });
  const performed: Performed[] = [];
  for (const step of golden.steps) performed.push(...(await performStep(step, target, scope)));
  return { golden, performed, scope };
}

async function performStep(step: Step, target: Target, scope: Scope): Promise<readonly Performed[]> {
  const { during } = step.expected;
  let isAnswered = false;
  const waiting = send(step, target, scope).finally(() => {
    isAnswered = true;
  });
  const performed: Performed[] = [];
  let isEarly = false;
  if (during.length > 0) await reach(target);
  for (const inner of during) {
    isEarly = isAnswered;
    performed.push(...(await performStep(inner, target, scope)));
  }
  return [...performed, judge(step, await waiting, scope, isEarly)];
}

/** Round trips of other requests: by then the server has, in all likelihood, read what was sent before them. */
async function reach(target: Target): Promise<void> {
  for (let trip = 0; trip < 3; trip += 1) {
    await exchange(target.url, { method: 'GET', path: '/v1/status/leader', headers: {}, body: new Uint8Array() });
  }
}

function send(step: Step, target: Target, scope: Scope): Promise<RawAnswer> {
  const { method, path, headers, body } = step.request;
  const filled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, scope.fill(value)]));
  return exchange(target.url, { method, path: scope.fill(path), headers: filled, body: bodyBytes(body, scope) });
}

function bodyBytes(body: GoldenRequest['body'], scope: Scope): Uint8Array {
  if (body instanceof CapturedBytes) return Buffer.from(String(scope.get(body.name)), 'latin1');
  return typeof body === 'string' ? Buffer.from(scope.fill(body)) : body;
}

function judge(step: Step, answer: RawAnswer, scope: Scope, isEarly: boolean): Performed {
  const { expected } = step;
  const mismatches = [
    ...findMismatches(expected.status, answer.status, scope, 'status'),
    ...bodyMismatches(expected.body, answer, scope),
    ...Object.entries(expectedHeaders(expected)).flatMap(([name, pattern]) => headerMismatches(name, pattern, answer, scope)),
    ...timeMismatches(expected, answer, isEarly),
  ];
  const general = mismatches.map((mismatch) => ({ ...mismatch, at: scope.generalise(mismatch.at) }));
  return { what: `${step.request.method} ${step.request.path}`, answer, mismatches: general };
}

function bodyMismatches(expected: ExpectedBody, answer: RawAnswer, scope: Scope): readonly Mismatch[] {
  const text = answer.body.toString('utf8');
  switch (expected.kind) {
    case 'empty':
      return text === '' ? [] : [{ at: 'body', problem: 'unexpected', detail: shorten(text) }];
    case 'text':
      return findMismatches(expected.pattern, text, scope, 'text');
    case 'bytes':
      return findMismatches(expected.pattern, answer.body.toString('latin1'), scope, 'bytes');
    case 'json':
      return jsonMismatches(expected.pattern, text, scope);
  }
}

function jsonMismatches(pattern: Pattern, text: string, scope: Scope): readonly Mismatch[] {
  let value: JsonValue;
  try {
    value = parseExact(text);
  } catch (error) {
    return [{ at: 'json', problem: 'missing', detail: `${messageOf(error)}: ${shorten(text)}` }];
  }
  return findMismatches(pattern, value, scope, 'json ');
}

const shorten = (text: string): string => show(text.length > 200 ? `${text.slice(0, 200)}…` : text);

function headerMismatches(name: string, pattern: HeaderPattern, answer: RawAnswer, scope: Scope): readonly Mismatch[] {
  const at = `header ${name}`;
  const value = answer.headers[name];
  if (pattern === ABSENT) return value === undefined ? [] : [{ at, problem: 'unexpected', detail: value }];
  if (value === undefined) return [{ at, problem: 'missing', detail: `of status ${answer.status}` }];
  if (typeof pattern === 'string') return findMismatches(scope.fill(pattern), value, scope, at);
  return findMismatches(pattern, name === 'x-consul-index' ? Number(value) : value, scope, at);
}

function timeMismatches({ afterMs, during }: Expected, { tookMs }: RawAnswer, isEarly: boolean): readonly Mismatch[] {
  const isLate = during.length > 0 && afterMs === 0 && tookMs > WOKEN_WITHIN_MS;
  const wrong = [
    tookMs < afterMs - TIMER_SLACK_MS && `came after ${tookMs} ms, ${afterMs} ms expected`,
    isEarly && 'came before the change that should wake it was sent',
    isLate && `was not woken: came after ${tookMs} ms`,
  ];
  return wrong.filter((detail) => detail !== false).map((detail) => ({ at: 'time', problem: 'differs', detail }));
}

/** Less than the `wait` of any step that is to be woken, and more than a busy machine needs. */
const WOKEN_WITHIN_MS = 10_000;
/** Timers of either side may be so much off. */
const TIMER_SLACK_MS = 2;

/** All headers that follow from what the case says. */
function expectedHeaders(expected: Expected): Readonly<Record<string, HeaderPattern>> {
  return {
    ...(expected.fromEndpoint ? ENDPOINT_HEADERS : {}),
    ...contentType(expected.body),
    ...META_HEADERS[expected.meta],
    ...expected.headers,
  };
}

const ENDPOINT_HEADERS = { vary: 'Accept-Encoding', 'x-consul-default-acl-policy': 'allow' } as const;

function contentType(body: ExpectedBody): Readonly<Record<string, HeaderPattern>> {
  if (body.kind === 'empty') return { 'content-type': ABSENT };
  if (body.kind === 'json') return { 'content-type': 'application/json' };
  return body.kind === 'text' ? { 'content-type': 'text/plain; charset=utf-8' } : {};
}

const META = {
  'x-consul-index': anyIndex,
  'x-consul-knownleader': 'true',
  'x-consul-lastcontact': '0',
  'x-consul-query-backend': 'blocking-query',
} as const;

const META_HEADERS: Readonly<Record<Expected['meta'], Readonly<Record<string, HeaderPattern>>>> = {
  'meta with level': META,
  meta: { ...META, 'x-consul-effective-consistency': ABSENT },
  none: {
    'x-consul-index': ABSENT,
    'x-consul-knownleader': ABSENT,
    'x-consul-lastcontact': ABSENT,
    'x-consul-query-backend': ABSENT,
    'x-consul-effective-consistency': ABSENT,
  },
  any: {},
};
