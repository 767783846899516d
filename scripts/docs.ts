/**
 * `npm run docs`: writes the generated part of docs/reference from the definitions in src/. A unit test holds the committed files to what
 * this would write, so a change of a route, an option or an error code without its documentation fails.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { routes } from '../src/api/routes.ts';
import { commandGroups } from '../src/cli/commands.ts';
import { accepted } from '../src/config/accepted.ts';
import { renamed } from '../src/config/renamed.ts';
import { options } from '../src/config/schema.ts';
import { errorCodes } from '../src/runtime/errors.ts';
import { metricDefinitions } from '../src/runtime/metric-names.ts';
import { renderCommands } from './docs/commands.ts';
import { readCompatibility } from './docs/compatibility.ts';
import { renderConfig } from './docs/config.ts';
import { renderErrors } from './docs/errors.ts';
import { renderEndpoints } from './docs/http-api.ts';
import { renderMetrics } from './docs/metrics.ts';
import { renderOpenApi } from './docs/openapi.ts';
import { replaceGenerated } from './docs/page.ts';

const REFERENCE = new URL('../docs/reference/', import.meta.url);

/** Every generated file of docs/reference, by name, as it should be. Reads the hand-written parts, writes nothing. */
export function renderReference(): ReadonlyMap<string, string> {
  const read = (name: string): string => readFileSync(new URL(name, REFERENCE), 'utf8');
  const compatibility = readCompatibility(read('compatibility.json'));
  const page = (name: string, generated: string): [string, string] => [name, replaceGenerated(read(name), generated)];
  return new Map([
    ['openapi.json', renderOpenApi(routes)],
    page('http-api.md', renderEndpoints(routes, compatibility)),
    page('errors.md', renderErrors(errorCodes)),
    page('config.md', renderConfig({ options, renamed, accepted })),
    page('metrics.md', renderMetrics(metricDefinitions)),
    page('commands.md', renderCommands(commandGroups)),
  ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of renderReference()) writeFileSync(new URL(name, REFERENCE), text);
}
