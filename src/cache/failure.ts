import {
  isConnectionRefused,
  isExpired,
  isKindMissing,
  isTooLargeResourceVersion,
  isTooManyRequests,
  KubeApiError,
  TransportError,
  type TransportFault,
} from '#src/kube/errors.ts';

/** The watch brought a version below one that was seen before. */
export class WentBackError extends Error {
  override readonly name = 'WentBackError';
}

/** The server closes watches as soon as they are opened. */
export class ShortWatchError extends Error {
  override readonly name = 'ShortWatchError';
}

/**
 * What to do about a watch that failed. `rewatch`: nothing was missed, go on from the same version. `relist`:
 * events may be missing. `probe`: find out whether a watch can begin at
 * this version at all. `verify`: it may
 * have gone back in time, ask it for its newest state.
 */
export type Remedy = 'rewatch' | 'relist' | 'probe' | 'verify';

/** Decides by the error alone, so that the decision can be read, and tested, in one place. */
export function remedyFor(error: unknown): Remedy {
  if (error instanceof WentBackError || isTooLargeResourceVersion(error)) return 'verify';
  // 404: the kind is gone; a list says so until it is back, and what it then holds is not what was watched.
  if (isExpired(error) || isKindMissing(error)) return 'relist';
  if (isConnectionRefused(error) || isTooManyRequests(error)) return 'rewatch';
  if (error instanceof TransportError) return remedyForFault(error.fault);
  if (error instanceof KubeApiError || error instanceof ShortWatchError) return 'rewatch';
  return 'relist';
}

function remedyForFault(fault: TransportFault): Remedy {
  switch (fault) {
    case 'malformed':
      return 'relist';
    // A dead connection; or a server that was restored from a backup, and withholds all events, bookmarks too,
    // up to the version it was asked to start from.
    case 'silent':
      return 'probe';
    // A stream is cut between or inside events, never before one that was sent later: the version still holds.
    default:
      return 'rewatch';
  }
}

/** Whether an attempt failed without a word from the server. A watch that had been `opened` was answered. */
export function isUnanswered(error: unknown, opened: boolean): boolean {
  return !opened && error instanceof TransportError && error.fault !== 'malformed';
}
