/** Tells the operator of services that DNS will not find. They are registered all the same, as in Consul. */
import type { ServiceDefinition } from '../model/service.ts';
import type { Logger } from '../runtime/logger.ts';

const MAX_LABEL_BYTES = 63;

/** One warning if the name cannot be asked for by DNS. Consul's texts. */
export function warnOfHiddenName({ name }: ServiceDefinition, logger: Logger): void {
  if (/[^A-Za-z0-9-]/.test(name)) {
    logger.warn({ service: name }, 'Service name will not be discoverable via DNS due to invalid characters');
  } else if (name.length > MAX_LABEL_BYTES) {
    logger.warn({ service: name }, 'Service name will not be discoverable via DNS due to it being too long');
  }
}
