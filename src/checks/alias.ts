/** The alias check: as healthy as another service or node. It has no attempts; `alias-watch.ts` looks again when something changes. */
import type { Check } from '../model/check.ts';
import type { AliasedNode, AliasTarget } from './alias-source.ts';
import { type CheckResult, type CheckType, defineCheck } from './define-check.ts';

export const aliasCheck: CheckType = defineCheck<'alias'>({
  type: 'alias',
  maxConcurrent: 0,

  kindFrom({ aliasNode, aliasService }) {
    return aliasNode || aliasService ? { type: 'alias', node: aliasNode ?? '', service: aliasService ?? '' } : undefined;
  },
});

/**
 * The worst status among the node's own checks and those of the service; the first check with it is quoted. Checks of other services do
 * not count. Texts are Consul's.
 */
export function aliasResult({ node, service }: AliasTarget, { exists, checks }: AliasedNode): CheckResult {
  if (!exists) return { status: 'critical', output: missingText(node, service) };
  let worst: Check | undefined;
  for (const check of checks) {
    if (check.serviceId !== '' && check.serviceId !== service) continue;
    if (worst === undefined || SEVERITY[check.status] > SEVERITY[worst.status]) worst = check;
  }
  if (worst === undefined) return { status: 'passing', output: 'No checks found.' };
  if (worst.status === 'passing') return { status: 'passing', output: 'All checks passing.' };
  return { status: worst.status, output: `Aliased check ${JSON.stringify(worst.name)} failing: ${worst.output}` };
}

const SEVERITY = { passing: 0, warning: 1, critical: 2 } as const;

const missingText = (node: string, service: string): string =>
  service === '' ? `Node ${node} could not be found` : `Service ${service} could not be found on node ${node}`;
