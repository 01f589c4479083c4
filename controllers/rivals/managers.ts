import type { KubeObject } from '#apis/meta.ts';

/** The field manager of an agent's writes: the API server takes it from the program's name. */
export const AGENT_MANAGER = 'tombolo-member';

interface Entry {
  manager?: unknown;
  time?: unknown;
}

/** Who else has written the object last, by the API server's own book of who set what; undefined: it does not say. */
export function lastRival({ metadata }: Pick<KubeObject, 'metadata'>): string | undefined {
  const entries = (metadata.managedFields ?? [])
    .map((entry): Entry => Object(entry))
    .flatMap(({ manager, time }) =>
      typeof manager === 'string' && manager !== AGENT_MANAGER
        ? [{ manager, time: typeof time === 'string' ? time : '' }]
        : [],
    );
  return entries.sort((a, b) => (a.time < b.time ? 1 : -1))[0]?.manager;
}
