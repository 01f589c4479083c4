import type { KubeObject } from '#apis/meta.ts';
import { NUMBER_PATTERN } from './numbers.ts';

/** What of an update's body changes. */
export interface Fill {
  resourceVersion: string;
  /** As many as the object had. */
  addresses: readonly string[];
  /** Of the source slice, where the object names one. */
  generation?: number;
}

const VERSION = '<version>';
const GENERATION = '<generation>';
const GAPS = new RegExp(`${VERSION}|"${GENERATION}"|${NUMBER_PATTERN.source}`);

/**
 * Serializes an object with numbered addresses once and leaves gaps for what changes: whoever sends updates spends no
 * time on building them. Throws for as many addresses as there are no gaps for.
 */
export class Body {
  readonly #pieces: readonly string[];
  readonly #gaps: readonly string[];

  constructor(object: KubeObject) {
    const marked = { ...object, metadata: { ...object.metadata, resourceVersion: VERSION } };
    const json = JSON.stringify(marked, (key, value: unknown) => (key === 'generation' ? GENERATION : value));
    this.#pieces = json.split(GAPS);
    this.#gaps = json.match(new RegExp(GAPS, 'g')) ?? [];
  }

  fill({ resourceVersion, addresses, generation = 1 }: Fill): string {
    let at = 0;
    let body = this.#pieces[0] ?? '';
    for (const [n, gap] of this.#gaps.entries()) {
      if (gap === VERSION) body += resourceVersion;
      else if (gap.includes(GENERATION)) body += generation;
      else body += addresses[at++];
      body += this.#pieces[n + 1];
    }
    if (at !== addresses.length) throw new Error(`${addresses.length} addresses for ${at} gaps`);
    return body;
  }
}
