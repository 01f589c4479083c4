import { isForbidden, isForGood } from '#src/kube/errors.ts';

/**
 * What the hub said about records that it did not take, by export key: from the loop that writes them to the
 * loop that states conditions. In memory only, since after a restart the hub is asked again.
 */
export class Refusals {
  readonly #ofServices = new Map<string, string>();
  readonly #ofSlices = new Map<string, string>();
  readonly #listeners: ((key: string) => void)[] = [];

  get(key: string): string | undefined {
    return this.#ofServices.get(key);
  }

  /** Why the hub takes no more slices of this export. */
  ofSlices(key: string): string | undefined {
    return this.#ofSlices.get(key);
  }

  /** Notes why the hub refused, or undefined for that it did not; listeners hear of changes only. */
  set(key: string, message: string | undefined): void {
    this.#note(this.#ofServices, key, message);
  }

  /** The same of the export's slices. */
  setOfSlices(key: string, message: string | undefined): void {
    this.#note(this.#ofSlices, key, message);
  }

  onChange(listener: (key: string) => void): void {
    this.#listeners.push(listener);
  }

  #note(messages: Map<string, string>, key: string, message: string | undefined): void {
    if (messages.get(key) === message) return;
    if (message === undefined) messages.delete(key);
    else messages.set(key, message);
    for (const listener of this.#listeners) listener(key);
  }
}

/** The hub's words if it refused a write for good; undefined for what passes by itself. */
export function refusalOf(error: unknown): string | undefined {
  return isForGood(error) ? (limitOf(error) ?? error.message) : undefined;
}

/**
 * A ResourceQuota's refusal, in words for those who know no quotas: what is bounded, and who can change that. Undefined
 * for every other error.
 */
export function limitOf(error: unknown): string | undefined {
  if (!isForbidden(error)) return undefined;
  const { message } = error;
  const [, quota, limited] = /exceeded quota: (\S+?), .*limited: (\S+)$/.exec(message) ?? [];
  if (quota !== undefined && limited !== undefined) {
    const bounds = limited
      .split(',')
      .map((bound) => bound.replace(/^count\/([^.]+)[^=]*=(.*)$/, 'no more than $2 $1'));
    const how = 'unexport others, or have its admin raise that with `tombolo hub member add`';
    return `this member may have ${bounds.join(' and ')} there (ResourceQuota ${quota}): ${how}`;
  }
  const [, uncounted] = /status unknown for quota: ([^,]+),/.exec(message) ?? [];
  if (uncounted === undefined) return undefined;
  return `nobody has counted there yet what ResourceQuota ${uncounted} bounds, and until then it lets nothing in`;
}
