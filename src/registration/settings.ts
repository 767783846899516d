/** What an agent allows in registrations. */

/** Each door hands in its own: scripts may be allowed in definition files and not over the API. */
export interface RegistrationSettings {
  readonly scriptChecksEnabled: boolean;
  /** Only changes the text of a refusal: it names the option that would help. */
  readonly isFromFile?: boolean;
}
