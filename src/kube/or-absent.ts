import { isNotFound } from './errors.ts';

/** What was read; undefined where there is no such object. Rejects with any other failure. */
export async function orAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
