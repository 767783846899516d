/** The health of a service on this node, boiled down to one word and one status code (spec 5.5). */
import { type Answer, jsonAnswer, textAnswer } from '../../http/answer.ts';
import type { RouteRequest } from '../../http/route.ts';
import type { Check, CheckStatus } from '../../model/check.ts';
import { isMaintenanceCheckId } from '../../model/maintenance.ts';
import type { Service } from '../../model/service.ts';
import { agentServiceJson, localCheckJson } from '../../wire/agent.ts';
import type { ApiContext } from '../context.ts';

export type AggregatedStatus = CheckStatus | 'maintenance';

/** Best first. */
const ORDER: readonly AggregatedStatus[] = ['passing', 'warning', 'critical', 'maintenance'];
const STATUS_CODES: Readonly<Record<AggregatedStatus, number>> = { passing: 200, warning: 429, critical: 503, maintenance: 503 };

export const HEALTH_QUERY: Readonly<Record<string, string>> = {
  format: '`text`: only the status word; an `Accept` of text/plain does the same',
};

export interface LocalHealth {
  readonly service: Service;
  /** The checks of the service and those of the node. */
  readonly checks: readonly Check[];
  readonly status: AggregatedStatus;
}

/** The worst of some statuses; passing for none. */
export const worstOf = (statuses: readonly AggregatedStatus[]): AggregatedStatus =>
  statuses.reduce((worst, status) => (ORDER.indexOf(status) > ORDER.indexOf(worst) ? status : worst), 'passing');

/** The health of each of `services`. */
export function localHealth(services: readonly Service[], { local }: ApiContext): LocalHealth[] {
  const checks = [...local.checks().values()];
  return services.map((service) => {
    const own = checks.filter(({ serviceId }) => serviceId === '' || serviceId === service.id);
    return { service, checks: own, status: worstOf(own.map(statusOf)) };
  });
}

const statusOf = ({ id, status }: Check): AggregatedStatus => (isMaintenanceCheckId(id) ? 'maintenance' : status);

export function localHealthJson({ service, checks, status }: LocalHealth, { settings }: ApiContext): string {
  const shownService = agentServiceJson(service, { datacenter: settings.datacenter });
  return `{"AggregatedStatus":"${status}","Service":${shownService},"Checks":[${checks.map(localCheckJson).join(',')}]}`;
}

/** The status in the code, the reason and the body; `json` is what those who want more get. */
export function statusAnswer(request: RouteRequest, status: AggregatedStatus, json: string): Answer {
  const headers = { 'X-Consul-Reason': status };
  return wantsText(request) ? textAnswer(STATUS_CODES[status], status, headers) : jsonAnswer(json, STATUS_CODES[status], headers);
}

export function notFoundAnswer(request: RouteRequest, reason: string, json: string): Answer {
  const headers = { 'X-Consul-Reason': reason.replace(/[^ -~]/g, '?') };
  return wantsText(request) ? textAnswer(404, reason, headers) : jsonAnswer(json, 404, headers);
}

function wantsText({ headers, query }: RouteRequest): boolean {
  const accept = headers.accept;
  return (typeof accept === 'string' && accept.startsWith('text/plain')) || query.get('format') === 'text';
}
