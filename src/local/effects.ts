/** What follows from a change of the registry: it is sent to the servers, the check is run, waiting readers wake. Decides nothing else. */
import type { AliasListeners } from '../checks/alias-listeners.ts';
import type { FlapDamper } from '../checks/flap-damper.ts';
import type { Check } from '../model/check.ts';
import type { Service } from '../model/service.ts';
import { isEqual } from '../model/values.ts';
import type { AntiEntropy } from './anti-entropy.ts';
import type { ChangeSignal } from './change-signal.ts';
import type { StoredCheck } from './check-record.ts';
import type { CheckRunner } from './check-runner.ts';
import type { Reaper } from './reaper.ts';
import type { Registry, RegistryListener } from './registry.ts';

export interface EffectsOptions {
  readonly antiEntropy: AntiEntropy;
  readonly runner: CheckRunner;
  readonly reaper: Reaper;
  readonly damper: FlapDamper;
  readonly registry: Registry;
  readonly signal: ChangeSignal;
  readonly aliases: AliasListeners;
  /** See `LocalStateOptions`. */
  readonly deregistered: (serviceId: string) => void;
}

export class Effects implements RegistryListener {
  readonly #options: EffectsOptions;

  constructor(options: EffectsOptions) {
    this.#options = options;
  }

  serviceChanged(service: Service | undefined, previous: Service | undefined, isNews: boolean): void {
    const { antiEntropy, registry, signal, aliases, deregistered } = this.#options;
    signal.notify();
    const id = (service ?? previous)?.id;
    if (id === undefined) return;
    if (service !== undefined && isNews) antiEntropy.markService(id, 'put');
    if (service === undefined) {
      deregistered(id);
      antiEntropy.markService(id, 'remove', registry.tokenOf('service', id));
    }
    if (service === undefined || previous === undefined) aliases.changed(id);
  }

  checkChanged(check: Check | undefined, previous: Check | undefined): void {
    const { antiEntropy, registry, runner, reaper, damper, aliases } = this.#options;
    if (check !== undefined) {
      reaper.observe(check);
      if (previous === undefined || !isSameButOutput(check, previous)) antiEntropy.markCheck(check, 'put');
      else if (check.output !== previous.output) antiEntropy.deferOutput(check.id);
    } else if (previous !== undefined) {
      reaper.forget(previous.id);
      runner.remove(previous.id);
      damper.forget(previous.id);
      antiEntropy.markCheck(previous, 'remove', registry.tokenOf('check', previous.id));
    }
    for (const serviceId of new Set([check?.serviceId, previous?.serviceId])) if (serviceId !== undefined) aliases.changed(serviceId);
  }

  checkRegistered({ registration }: StoredCheck, { status, output }: Check): void {
    this.#options.runner.set(registration.id, registration.spec, { status, output });
  }
}

const isSameButOutput = (check: Check, previous: Check): boolean => isEqual({ ...check, output: '' }, { ...previous, output: '' });
