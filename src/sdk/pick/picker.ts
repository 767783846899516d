/** How one instance of several is chosen. Told of every change, and asked often: an implementation picks without a look at all of them. */
import type { Instance } from '../instance.ts';

export interface Picker {
  /** These are to be picked from now on; what is known of those that were there before is kept. */
  update(instances: readonly Instance[]): void;
  /** `undefined` if there is none. */
  pick(): Instance | undefined;
  /** Work for an instance begins, and ends. */
  begin(instance: Instance): void;
  end(instance: Instance): void;
}
