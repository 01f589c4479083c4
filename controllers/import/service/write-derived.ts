import type { IService } from '#apis/kubernetes/service.ts';
import type { Writer } from '#src/cache/contract.ts';
import { isInvalid, type KubeApiError } from '#src/kube/errors.ts';
import type { Milliseconds } from '#src/runtime/clock.ts';
import { afterRefusal, type Candidate, maySoonBeFree } from './refusal.ts';

/** How writing a derived Service ended: written, maybe with less than was wished; or why it cannot be. */
export type Written =
  | { ok: true }
  | { ok: false; why: 'no family' }
  | { ok: false; why: 'refused'; error: KubeApiError };

/** How to wait for an address that is being released. */
export interface Patience {
  /** Whether some Service in this cluster has the address. */
  taken(ip: string): boolean;
  sleep(delay: Milliseconds): Promise<void>;
  signal: AbortSignal;
}

/** Two and a half seconds in all: by then the address is somebody's whom we do not see. */
const RELEASE_DELAYS: readonly Milliseconds[] = [20, 40, 80, 160, 320, 640, 1280];

/**
 * Writes the Service, giving up step by step what this API server calls invalid and a Service can do without:
 * one unsupported field must not take a service down (SEMANTICS 3.4). Throws what is not about validity.
 */
export async function writeDerived(
  writer: Writer<IService>,
  first: Candidate,
  patience: Patience,
): Promise<Written> {
  let candidate = first;
  const { signal } = patience;
  const delays = RELEASE_DELAYS.values();
  for (;;) {
    try {
      if (candidate.service.metadata.uid === undefined) await writer.create(candidate.service, { signal });
      else await writer.update(candidate.service, { signal });
      return { ok: true };
    } catch (error) {
      if (!isInvalid(error)) throw error;
      const { causes = [] } = error.details;
      if (maySoonBeFree(candidate.service, causes, patience.taken)) {
        const delay = delays.next();
        if (!delay.done) {
          await patience.sleep(delay.value);
          continue;
        }
      }
      const fields = causes.map(({ field }) => field ?? '');
      const next = afterRefusal(candidate, fields);
      if (next === 'no family') return { ok: false, why: 'no family' };
      if (next === undefined) return { ok: false, why: 'refused', error };
      candidate = next;
    }
  }
}
