/** A locality in a request body. */
import type { Locality } from '../model/values.ts';
import { object, type Schema, text } from './schema.ts';

export interface LocalityBody {
  readonly Region?: string;
  readonly Zone?: string;
}

export const localityBody: Schema<LocalityBody> = object({ Region: text(), Zone: text() });

export const localityFrom = (given: LocalityBody | undefined): Locality | undefined =>
  given === undefined ? undefined : { region: given.Region ?? '', zone: given.Zone ?? '' };
