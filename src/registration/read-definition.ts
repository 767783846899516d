/**
 * One service or check block of a configuration file: what it registers, by the rules of the API where Consul's files have no others, or
 * what is wrong with it. Knows no other definition. Remembers what it made of a block as long as the block lives, for the next reload.
 */
import type { Definition } from '../config/definition.ts';
import type { ProblemList } from '../config/problem-list.ts';
import type { CheckRegistration } from '../model/check-registration.ts';
import { KonsulError } from '../runtime/errors.ts';
import { BlockDecoder, type Place } from './block-decoder.ts';
import { checkRegisterBody, checkRegistrationOf, tokenOf } from './check-body.ts';
import type { ServiceRegistration } from './registrations.ts';
import { checkSuffix, type ServiceRegisterBody, serviceCheckOf, serviceDefinitionBody, serviceDefinitionOf } from './service-body.ts';
import type { RegistrationSettings } from './settings.ts';

/** An id that a definition takes; no other may. */
export interface Claim {
  readonly noun: 'service' | 'check';
  readonly id: string;
  readonly place: Place;
}

/** Neither a service nor a check: it is a watch, or could not be read. */
export interface ReadDefinition {
  readonly service?: ServiceRegistration | undefined;
  readonly check?: CheckRegistration | undefined;
  readonly claims: readonly Claim[];
  /** `undefined`: none. */
  readonly problems?: ProblemList | undefined;
}

const WATCH: ReadDefinition = { claims: [] };

/** All that a block was read for: the same block may stand at two places. */
interface Remembered {
  readonly definition: Definition;
  readonly scriptChecksEnabled: boolean;
  readonly read: ReadDefinition;
}

const remembered = new WeakMap<Definition['block'], Remembered>();

/** Must not be changed: whoever asks for the same block with the same settings gets the same. */
export function readDefinition(definition: Definition, { scriptChecksEnabled }: RegistrationSettings): ReadDefinition {
  if (definition.kind === 'watch') return WATCH;
  const before = remembered.get(definition.block);
  const { kind, path } = before?.definition ?? {};
  if (before?.scriptChecksEnabled === scriptChecksEnabled && kind === definition.kind && path === definition.path) return before.read;
  const reader = new DefinitionReader({ scriptChecksEnabled, isFromFile: true });
  const read = reader.read(definition);
  remembered.set(definition.block, { definition, scriptChecksEnabled, read });
  return read;
}

class DefinitionReader {
  readonly #decoder = new BlockDecoder();
  readonly #settings: RegistrationSettings;
  readonly #claims: Claim[] = [];

  constructor(settings: RegistrationSettings) {
    this.#settings = settings;
  }

  read(definition: Definition): ReadDefinition {
    const made = definition.kind === 'service' ? { service: this.#service(definition) } : { check: this.#check(definition) };
    const { problems } = this.#decoder;
    return { ...made, claims: this.#claims, problems: problems.count === 0 ? undefined : problems };
  }

  #service({ path, block }: Definition): ServiceRegistration | undefined {
    const body = this.#decodeWhole(() => this.#decoder.decode(serviceDefinitionBody, block, { path, line: block.line, key: 'service' }));
    const service = body && this.#judge(body, () => serviceDefinitionOf(withWeights(body), this.#settings));
    if (body === undefined || service === undefined) return undefined;
    this.#claims.push({ noun: 'service', id: service.id, place: this.#decoder.placeOf(body, body.ID ? 'ID' : 'Name') });
    // Consul numbers the checks in this order; over the API it is the other one.
    const bodies = [...(body.Checks ?? []), ...(body.Check === undefined ? [] : [body.Check])];
    const checks = bodies.map((check, index) => {
      const place = { service, settings: this.#settings, suffix: checkSuffix(bodies, index) };
      return this.#ownId(
        check,
        this.#judge(check, () => serviceCheckOf(check, place)),
      );
    });
    return { service, checks: checks.filter((check) => check !== undefined), ...tokenOf(body) };
  }

  #check({ path, block }: Definition): CheckRegistration | undefined {
    const body = this.#decodeWhole(() => this.#decoder.decode(checkRegisterBody, block, { path, line: block.line, key: 'check' }));
    return (
      body &&
      this.#ownId(
        body,
        this.#judge(body, () => checkRegistrationOf(body, this.#settings)),
      )
    );
  }

  /** `undefined` if something was wrong: what is left out would only make more problems. */
  #decodeWhole<T>(decode: () => T): T | undefined {
    const decoded = decode();
    return this.#decoder.problems.count === 0 ? decoded : undefined;
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
    if (check !== undefined) this.#claims.push({ noun: 'check', id: check.id, place: this.#decoder.placeOf(body) });
    return check;
  }
}

/** In files, a share that is not given is 1. */
const withWeights = (body: ServiceRegisterBody): ServiceRegisterBody =>
  body.Weights === undefined ? body : { ...body, Weights: { Passing: 1, Warning: 1, ...body.Weights } };
