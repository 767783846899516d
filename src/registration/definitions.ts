/**
 * From the service and check blocks of configuration files to what they register, all together. Tells all problems at once, each with its
 * place. Reads no file, and does not know what else is registered.
 */
import type { Definition } from '../config/definition.ts';
import { ProblemList } from '../config/problem-list.ts';
import type { CheckRegistration } from '../model/check-registration.ts';
import type { Clock } from '../runtime/clock.ts';
import { type Place, problemAt } from './block-decoder.ts';
import { type Claim, readDefinition } from './read-definition.ts';
import type { Registrations, ServiceRegistration } from './registrations.ts';
import type { RegistrationSettings } from './settings.ts';

export interface ReadDefinitions {
  /** What could be read; to be used only if there are no problems. */
  readonly registrations: Registrations;
  /** One line each: `path:line: key: problem`. Bounded; the last line then says how many more there are. */
  readonly problems: readonly string[];
}

/** Definitions that are read before other work has its turn. */
const BATCH = 1_000;

/** What the services and checks among `definitions` register. Watches are skipped. Two definitions of one id are a problem. */
export function registrationsOf(definitions: readonly Definition[], settings: RegistrationSettings): ReadDefinitions {
  const all = new AllDefinitions(settings);
  for (const definition of definitions) all.add(definition);
  return all;
}

/** The same for a program that has other work to do: that goes on in between, however many definitions there are. */
export async function readRegistrations(
  definitions: readonly Definition[],
  settings: RegistrationSettings,
  clock: Pick<Clock, 'pause'>,
): Promise<ReadDefinitions> {
  const all = new AllDefinitions(settings);
  for (const [n, definition] of definitions.entries()) {
    if (n > 0 && n % BATCH === 0) await clock.pause();
    all.add(definition);
  }
  return all;
}

class AllDefinitions implements ReadDefinitions {
  readonly #settings: RegistrationSettings;
  readonly #problems = new ProblemList();
  readonly #services: ServiceRegistration[] = [];
  readonly #checks: CheckRegistration[] = [];
  /** Where each id is defined. */
  readonly #places = { service: new Map<string, Place>(), check: new Map<string, Place>() };

  constructor(settings: RegistrationSettings) {
    this.#settings = settings;
  }

  get registrations(): Registrations {
    return { services: this.#services, checks: this.#checks };
  }

  get problems(): readonly string[] {
    return this.#problems.lines;
  }

  add(definition: Definition): void {
    const { service, check, claims, problems } = readDefinition(definition, this.#settings);
    if (problems !== undefined) this.#problems.addAll(problems);
    for (const claim of claims) this.#claim(claim);
    if (service !== undefined) this.#services.push(service);
    if (check !== undefined) this.#checks.push(check);
  }

  /** Consul lets the last one win, and says nothing. */
  #claim({ noun, id, place }: Claim): void {
    const places = this.#places[noun];
    const first = places.get(id);
    if (first === undefined) places.set(id, place);
    else this.#problems.add(() => problemAt(place, `the id "${id}" is that of another definition, at ${first.path}:${first.line}`));
  }
}
