/** Every route of the API is asked for by at least one golden case. */
import { expect, test } from 'vitest';
import { routes } from '../../src/api/routes.ts';
import type { Step } from './golden-case.ts';
import { goldenCases } from './golden-cases.ts';

const asked = goldenCases.flatMap((golden) => golden.steps.flatMap(withInner)).filter((step) => step.expected.status !== 405);

function withInner(step: Step): readonly Step[] {
  return [step, ...step.expected.during.flatMap(withInner)];
}

/** The longest pattern that the path fits, as the router picks it. */
function patternOf(path: string): string | undefined {
  const [plain = ''] = path.split('?');
  const fitting = routes
    .map((route) => route.path)
    .filter((pattern) => plain === pattern || (pattern.endsWith('/') && plain.startsWith(pattern)));
  return fitting.sort((a, b) => b.length - a.length)[0];
}

/**
 * An answer without an end, which no case can wait for, and a request that ends the process: tests of the routes and of integration hold
 * them to what they do.
 */
const UNREPEATABLE: readonly string[] = ['GET /v1/agent/metrics/stream', 'PUT /v1/agent/leave'];

const covered = new Set(asked.map(({ request }) => `${request.method} ${patternOf(request.path)}`));

test('the list of routes is not empty', () => {
  expect(routes.length).toBeGreaterThan(30);
});

const listed = routes.map(({ method, path }) => `${method} ${path}`);

test.for(listed.filter((route) => !UNREPEATABLE.includes(route)))('%s is in a golden case', (route) => {
  expect(covered).toContain(route);
});

test('what has no case is a route', () => {
  expect(listed).toEqual(expect.arrayContaining([...UNREPEATABLE]));
});

test('every golden case has a name of its own', () => {
  const names = goldenCases.map((golden) => golden.name);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});
