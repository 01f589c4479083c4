import type { Write } from './kind.ts';

/** A write as one line for people. */
export function told({ verb, resource, object }: Write): string {
  return `${verb} ${resource.plural} ${object.metadata.namespace}/${object.metadata.name}`;
}

/** Bursts of events, one below the other. */
export function history(bursts: readonly { says: string }[][]): string {
  return bursts.map((events) => events.map(({ says }) => says).join('\n  with ')).join('\n');
}
