import type { IService } from '#apis/kubernetes/service.ts';
import type { Writer } from '#src/cache/contract.ts';
import { isInvalid, type KubeApiError } from '#src/kube/errors.ts';
import { afterRefusal, type Candidate } from './refusal.ts';

/** How writing a derived Service ended: written, maybe with less than was wished; or why it cannot be. */
export type Written =
  | { ok: true }
  | { ok: false; why: 'no family' }
  | { ok: false; why: 'refused'; error: KubeApiError };

/**
 * Writes the Service, giving up step by step what this API server calls invalid and a Service can do without:
 * one unsupported field must not take a service down (SEMANTICS 3.4). Throws what is not about validity.
 */
export async function writeDerived(writer: Writer<IService>, first: Candidate): Promise<Written> {
  let candidate = first;
  for (;;) {
    try {
      if (candidate.service.metadata.uid === undefined) await writer.create(candidate.service);
      else await writer.update(candidate.service);
      return { ok: true };
    } catch (error) {
      if (!isInvalid(error)) throw error;
      const fields = error.details.causes?.map(({ field }) => field ?? '') ?? [];
      const next = afterRefusal(candidate, fields);
      if (next === 'no family') return { ok: false, why: 'no family' };
      if (next === undefined) return { ok: false, why: 'refused', error };
      candidate = next;
    }
  }
}
