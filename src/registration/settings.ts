/** What an agent allows in registrations. */

/** Each door hands in its own: scripts may be allowed in definition files and not over the API. */
export interface RegistrationSettings {
  readonly scriptChecksEnabled: boolean;
  /**
   * By the rules of files, where Consul refuses less: a service may have an unspecified address such as `0.0.0.0`, a check that has an
   * id needs no name. And the refusal of a script names the options that would help there.
   */
  readonly isFromFile?: boolean;
}
