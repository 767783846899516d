/** What every endpoint checks before its own work: parameters of Consul Enterprise, and the datacenter (spec 1.3, 1.5). */
import { KonsulError } from '../runtime/errors.ts';
import type { ApiRequest } from './request.ts';

const ENTERPRISE = [
  { parameter: 'ns', header: 'x-consul-namespace', shownHeader: 'X-Consul-Namespace', what: 'Namespaces are' },
  { parameter: 'partition', header: 'x-consul-partition', shownHeader: 'X-Consul-Partition', what: 'Partitions are' },
];

/** Answered here, whatever datacenter is named. */
const isLocal = (path: string): boolean => path.startsWith('/v1/agent/') || path === '/v1/catalog/datacenters';

/** Throws the error that the request's common parameters deserve. */
export function checkCommonParameters({ query, headers, path }: ApiRequest, datacenter: string): void {
  for (const { parameter, header, shownHeader, what } of ENTERPRISE) {
    if (isSet(query.get(parameter))) throw enterprise('query parameter', parameter, what);
    if (isSet(headers[header])) throw enterprise('header', shownHeader, what);
  }
  const wanted = query.get('datacenter') || query.get('dc');
  if (wanted !== '' && wanted !== datacenter && !isLocal(path)) {
    throw new KonsulError('NO_PATH_TO_DATACENTER', 'No path to datacenter');
  }
}

const isSet = (value: string | readonly string[] | undefined): boolean => value !== undefined && value !== '' && value !== 'default';

const enterprise = (kind: string, name: string, what: string): KonsulError =>
  new KonsulError('BAD_REQUEST', `Invalid ${kind}: "${name}" - ${what} a Consul Enterprise feature`);
