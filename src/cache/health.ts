import type { Clock } from '#src/runtime/clock.ts';
import type { InformerHealth } from './contract.ts';

/** Keeps the state of one informer's connection, and tells listeners when it turns. */
export class HealthRecord {
  readonly #clock: Clock;
  readonly #listeners: ((health: InformerHealth) => void)[] = [];
  #health: InformerHealth = { state: 'connecting' };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get current(): InformerHealth {
    return this.#health;
  }

  onChange(listener: (health: InformerHealth) => void): void {
    this.#listeners.push(listener);
  }

  /** The server answered: a list, an opened watch, an event, or a clean close. */
  contact(): void {
    this.#set({ state: 'live', lastContact: this.#clock.monotonic() });
  }

  failed(error: unknown): void {
    const lastError = error instanceof Error ? error.message : String(error);
    this.#set({ ...this.#health, state: 'failing', lastError });
  }

  #set(next: InformerHealth): void {
    const turned = next.state !== this.#health.state;
    this.#health = next;
    if (!turned) return;
    for (const listener of this.#listeners) listener(next);
  }
}
