/**
 * From the service and check blocks of configuration files to what they register, by the rules of the API where Consul's files have no
 * others. Tells all problems at once, each with its place. Reads no file, and does not know what else is registered.
 */
import type { Definition } from '../config/definition.ts';
import type { CheckRegistration } from '../model/check-registration.ts';
import { KonsulError } from '../runtime/errors.ts';
import { BlockDecoder, type Place } from './block-decoder.ts';
import { checkRegisterBody, checkRegistrationOf } from './check-body.ts';
import type { Registrations, ServiceRegistration } from './registrations.ts';
import { checkSuffix, type ServiceRegisterBody, serviceCheckOf, serviceDefinitionBody, serviceDefinitionOf } from './service-body.ts';
import type { RegistrationSettings } from './settings.ts';

export interface ReadDefinitions {
  /** What could be read; to be used only if there are no problems. */
  readonly registrations: Registrations;
  /** One line each: `path:line: key: problem`. */
  readonly problems: readonly string[];
}

/** What the services and checks among `definitions` register. Watches are skipped. Two definitions of one id are a problem. */
export function registrationsOf(definitions: readonly Definition[], settings: RegistrationSettings): ReadDefinitions {
  const reader = new DefinitionReader(settings);
  for (const definition of definitions) reader.read(definition);
  return reader;
}

class DefinitionReader implements ReadDefinitions {
  readonly #decoder = new BlockDecoder();
  readonly #settings: RegistrationSettings;
  readonly #services: ServiceRegistration[] = [];
  readonly #checks: CheckRegistration[] = [];
  /** Where each id is defined. */
  readonly #serviceIds = new Map<string, Place>();
  readonly #checkIds = new Map<string, Place>();

  constructor({ scriptChecksEnabled }: RegistrationSettings) {
    this.#settings = { scriptChecksEnabled, isFromFile: true };
  }

  get registrations(): Registrations {
    return { services: this.#services, checks: this.#checks };
  }

  get problems(): readonly string[] {
    return this.#decoder.problems;
  }

  read(definition: Definition): void {
    if (definition.kind === 'service') this.#readService(definition);
    else if (definition.kind === 'check') this.#readCheck(definition);
  }

  #readService({ path, block }: Definition): void {
    const body = this.#decodeWhole(() => this.#decoder.decode(serviceDefinitionBody, block, { path, line: block.line, key: 'service' }));
    const service = body && this.#judge(body, () => serviceDefinitionOf(withWeights(body), this.#settings));
    if (body === undefined || service === undefined) return;
    this.#claim(this.#serviceIds, service.id, this.#decoder.placeOf(body, body.ID ? 'ID' : 'Name'));
    // Consul numbers the checks in this order; over the API it is the other one.
    const bodies = [...(body.Checks ?? []), ...(body.Check === undefined ? [] : [body.Check])];
    const checks = bodies.map((check, index) => {
      const place = { service, settings: this.#settings, suffix: checkSuffix(bodies, index) };
      return this.#ownId(
        check,
        this.#judge(check, () => serviceCheckOf(check, place)),
      );
    });
    this.#services.push({ service, checks: checks.filter((check) => check !== undefined) });
  }

  #readCheck({ path, block }: Definition): void {
    const body = this.#decodeWhole(() => this.#decoder.decode(checkRegisterBody, block, { path, line: block.line, key: 'check' }));
    const check =
      body &&
      this.#ownId(
        body,
        this.#judge(body, () => checkRegistrationOf(body, this.#settings)),
      );
    if (check !== undefined) this.#checks.push(check);
  }

  /** `undefined` if something was wrong: what is left out would only make more problems. */
  #decodeWhole<T>(decode: () => T): T | undefined {
    const before = this.problems.length;
    const decoded = decode();
    return this.problems.length === before ? decoded : undefined;
  }

  /** What `make` makes of a body, or `undefined` with its refusal reported. */
  #judge<T>(body: object, make: () => T): T | undefined {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof KonsulError) || error.code === 'KONSUL_INVARIANT') throw error;
      const { member } = error.details;
      this.#decoder.report(this.#decoder.placeOf(body, typeof member === 'string' ? member : undefined), error.message);
      return undefined;
    }
  }

  #ownId(body: object, check: CheckRegistration | undefined): CheckRegistration | undefined {
    if (check !== undefined) this.#claim(this.#checkIds, check.id, this.#decoder.placeOf(body));
    return check;
  }

  /** Consul lets the last one win, and says nothing. */
  #claim(ids: Map<string, Place>, id: string, place: Place): void {
    const first = ids.get(id);
    if (first === undefined) ids.set(id, place);
    else this.#decoder.report(place, `the id "${id}" is that of another definition, at ${first.path}:${first.line}`);
  }
}

/** In files, a share that is not given is 1. */
const withWeights = (body: ServiceRegisterBody): ServiceRegisterBody =>
  body.Weights === undefined ? body : { ...body, Weights: { Passing: 1, Warning: 1, ...body.Weights } };
