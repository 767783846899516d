/** The alias check: as healthy as another service or node. It has no attempts; `aliases.ts` looks again when something changes. */
import { type Check, SEVERITY } from '../model/check.ts';
import type { AliasedNode, AliasTarget } from './alias-source.ts';
import { type CheckResult, type CheckType, defineCheck } from './define-check.ts';

export const aliasCheck: CheckType = defineCheck<'alias'>({
  type: 'alias',

  kindFrom({ aliasNode, aliasService }) {
    return aliasNode || aliasService ? { type: 'alias', node: aliasNode ?? '', service: aliasService ?? '' } : undefined;
  },
});

/**
 * The worst status among the node's own checks and those of the service; the first check with it is quoted, or the one that it quotes, if it
 * is an alias. Checks of other services do not count. Texts are Consul's.
 */
export function aliasResult({ node, service }: AliasTarget, { exists, checks }: AliasedNode): CheckResult {
  if (!exists) return { status: 'critical', output: missingText(node, service) };
  const worst = worstOf(checks, service);
  if (worst === undefined) return { status: 'passing', output: 'No checks found.' };
  if (worst.status === 'passing') return { status: 'passing', output: 'All checks passing.' };
  return { status: worst.status, output: failingText(worst) };
}

/** The first check with the worst status among those of the node itself and of the service. */
export function worstOf(checks: Iterable<Check>, service: string): Check | undefined {
  let worst: Check | undefined;
  for (const check of checks) {
    if (check.serviceId !== '' && check.serviceId !== service) continue;
    if (worst === undefined || SEVERITY[check.status] > SEVERITY[worst.status]) worst = check;
  }
  return worst;
}

/** An alias that quotes a check is not quoted itself: however long a chain, the check that fails is named, and once. */
function failingText({ type, name, output }: Check): string {
  if (type === 'alias' && output.startsWith(QUOTE)) return output;
  return `${QUOTE}${JSON.stringify(name)} failing: ${output}`;
}

const QUOTE = 'Aliased check ';

const missingText = (node: string, service: string): string =>
  service === '' ? `Node ${node} could not be found` : `Service ${service} could not be found on node ${node}`;
