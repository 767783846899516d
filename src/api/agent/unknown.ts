/** What is said of ids that are not registered here. Clients know these texts. */
import { KonsulError } from '../../runtime/errors.ts';
import { quote } from '../../wire/json.ts';

export const unknownService = (id: string): KonsulError =>
  new KonsulError('NOT_FOUND', `Unknown service ID ${quote(id)}. Ensure that the service ID is passed, not the service name.`);

export const unknownCheck = (id: string): KonsulError =>
  new KonsulError('NOT_FOUND', `Unknown check ID ${quote(id)}. Ensure that the check ID is passed, not the check name.`);
