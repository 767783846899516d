/** The answer of all coordinate endpoints where coordinates are off. */
import { KonsulError } from '../../runtime/errors.ts';
import type { ApiSettings } from '../context.ts';

/** 401 if coordinates are off (`disable_coordinates`). */
export function demandCoordinates({ coordinatesDisabled }: ApiSettings): void {
  if (coordinatesDisabled) throw new KonsulError('PERMISSION_DENIED', 'Coordinate support disabled', { status: 401 });
}
