import { TransportError } from '#src/kube/errors.ts';
import type { ControllerSpec } from '../controller.ts';
import { describeRight, type MissingRights, missingRights, type RightsToCheck } from './missing-rights.ts';

const FIRST_RECHECK = 5_000;
const SLOWEST_RECHECK = 300_000;

/** What is missing at present, for readiness and /debug/state. */
export class MissingRightsBoard {
  readonly #lines = new Map<string, readonly string[]>();

  /** One line for each missing right, over all clusters. */
  get lines(): readonly string[] {
    return [...this.#lines.values()].flat();
  }

  set(cluster: string, lines: readonly string[]): void {
    this.#lines.set(cluster, lines);
  }
}

/**
 * Checks the program's rights at its start, once for each cluster, and again while one is missing. Nothing
 * waits for it: what is allowed goes on, and what is not recovers when it is.
 */
export function newRightsController(
  checks: readonly RightsToCheck[],
  board: MissingRightsBoard,
): ControllerSpec {
  const byCluster = new Map(checks.map((check) => [check.client.cluster, check]));
  const rounds = new Map<string, number>();
  return {
    name: 'runtime.rights',
    // No informer tells of rights: each cluster is asked once, and then as long as something is missing.
    watches: [
      {
        resource: 'permissions',
        attach: (enqueue) => {
          for (const cluster of byCluster.keys()) enqueue(cluster, 'backlog');
        },
      },
    ],
    permissions: [],
    workers: checks.length,
    async reconcile(cluster, { signal, log }) {
      const check = byCluster.get(cluster);
      if (check === undefined) return undefined;
      let missing: MissingRights;
      try {
        missing = await missingRights(check, signal);
      } catch (error) {
        // An outage is an ordinary state, and the informers report it.
        if (!(error instanceof TransportError) || signal.aborted) throw error;
        log.debug({ err: error }, 'cannot ask for rights: no answer');
        return { requeueAfter: FIRST_RECHECK };
      }
      const lines = describe(cluster, missing);
      const before = new Set(board.lines);
      board.set(cluster, lines);
      for (const line of lines) if (!before.has(line)) log.error({ cluster }, line);
      if (lines.length === 0) {
        if (rounds.delete(cluster)) log.info({ cluster }, 'no right is missing any more');
        return undefined;
      }
      const round = rounds.get(cluster) ?? 0;
      rounds.set(cluster, round + 1);
      return { requeueAfter: Math.min(FIRST_RECHECK * 2 ** round, SLOWEST_RECHECK) };
    },
  };
}

function describe(cluster: string, { identity, rights }: MissingRights): string[] {
  return rights.map((right) => `${identity} may not ${describeRight(right)} (cluster ${cluster})`);
}
