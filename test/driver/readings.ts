import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { encodeEndpoint } from '#controllers/endpoints/line.ts';

/** What one state of a slice says to other clusters: one line an endpoint, in an order that means nothing. */
export type Reading = string;

export function readingOfSlice({ endpoints }: IEndpointSlice): Reading {
  return (endpoints ?? []).map(encodeEndpoint).sort().join('\n');
}

export function readingOfRecord({ spec }: IExportedEndpointSlice): Reading {
  return [...spec.endpoints].sort().join('\n');
}

/** The same readings without those that say what the one before says. */
export function newsIn(readings: readonly Reading[]): Reading[] {
  return readings.filter((reading, index) => index === 0 || reading !== readings[index - 1]);
}
