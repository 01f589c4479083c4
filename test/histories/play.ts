import { setTimeout as pause } from 'node:timers/promises';
import { Faults } from './faults.ts';
import { Hand } from './hand.ts';
import { HubAdmin } from './hub-admin.ts';
import { auditsOf, judge } from './judge.ts';
import { rest } from './rest.ts';
import type { Rig } from './rig.ts';
import { beatsOf, historiesIn, isFault, isOwn, MEMBERS, type Script, type Step } from './script.ts';
import { remains, unlike } from './unlike.ts';
import { failed, type Verdict } from './verdict.ts';
import { World } from './world.ts';

/** How long everything healed may take to come to rest. */
const DEADLINE_MS = 30_000;

export interface PlayOptions {
  /** How long everything healed may take to come to rest; half a minute unless told. */
  deadlineMs?: number;
  /** A folder for what the programs have said, if a history fails. */
  keepLogs?: string;
}

/**
 * Plays a round on the rig: what it says happens, then all is healed, and everything must be as the oracle says; then
 * the namespaces are deleted, and nothing of them may be left. All of it is judged.
 */
export async function play(
  rig: Rig,
  script: Script,
  { deadlineMs = DEADLINE_MS, keepLogs }: PlayOptions = {},
): Promise<Verdict> {
  const began = Date.now();
  const round = new Round(rig, script, began);
  await round.open();
  for (const beat of beatsOf(script)) await round.does(beat);
  await round.heals();
  const { operations } = round;
  const healed = Date.now();
  const divergent = await rest(rig, round.all, (world) => unlike(rig, world), deadlineMs);
  const done = Date.now();
  await round.clearsAway();
  const left = await rest(rig, round.all, (world) => remains(rig, world), deadlineMs);
  const audits = await auditsOf(rig);
  const verdict: Verdict = {
    script,
    histories: [...round.worlds].map(([history, world]) => ({
      seed: world.seed,
      history,
      divergences: [...(divergent.get(world) ?? []), ...(left.get(world) ?? [])],
      ...judge(rig, world, audits),
    })),
    ops: operations,
    faults: round.faults,
    tookMs: done - began,
    healedMs: done - healed,
  };
  if (keepLogs !== undefined && failed(verdict).length > 0) rig.keepLogs(keepLogs, `round-${script.seed}`);
  rig.forget(round.all.map(({ namespace }) => namespace));
  return verdict;
}

/** The histories of a script, and all that can be done to them. */
class Round {
  /** By their position. */
  readonly worlds: ReadonlyMap<number, World>;
  #rigOperations = 0;
  readonly #rig: Rig;
  readonly #faults: Faults;
  readonly #admin: HubAdmin;
  readonly #hands: ReadonlyMap<number, Hand>;

  constructor(rig: Rig, script: Script, now: number) {
    const made = historiesIn(script).map((history) => {
      const seed = script.seed + history;
      const namespace = `h${seed}-${Math.random().toString(36).slice(2, 7)}`;
      return [history, new World({ seed, namespace }, (id) => rig.families(id), now)] as const;
    });
    this.worlds = new Map(made);
    this.#rig = rig;
    this.#admin = new HubAdmin(rig, this.all);
    this.#faults = new Faults(rig, this.worlds, this.#admin);
    this.#hands = new Map(made.map(([history, world]) => [history, new Hand(rig, world, this.#admin)]));
  }

  get all(): World[] {
    return [...this.worlds.values()];
  }

  /** How many have been done. */
  get operations(): number {
    return this.all.reduce((sum, { operations }) => sum + operations, this.#rigOperations);
  }

  /** How many have begun. */
  get faults(): number {
    return this.#faults.count;
  }

  async open(): Promise<void> {
    // What was before is nobody's matter.
    await auditsOf(this.#rig);
    this.#rig.follow(this.all.map(({ namespace }) => namespace));
    await Promise.all(
      MEMBERS.flatMap((id) =>
        this.all.map(({ namespace }) =>
          this.#rig.member(id).request('POST', '/api/v1/namespaces', { metadata: { name: namespace } }),
        ),
      ),
    );
  }

  async does(beat: readonly Step[]): Promise<void> {
    for (const step of beat) {
      if (isFault(step)) await this.#faults.begin(step);
      else if (!isOwn(step)) {
        await this.#admin.does(step);
        this.#rigOperations += 1;
      }
    }
    await Promise.all(
      [...this.#hands].map(async ([history, hand]) => {
        for (const step of beat) if (isOwn(step) && step.history === history) await hand.does(step);
      }),
    );
    const longest = Math.max(...beat.map(({ pauseMs }) => pauseMs));
    if (longest > 0) await pause(longest);
    await this.#faults.tick();
  }

  heals(): Promise<void> {
    return this.#faults.heal();
  }

  /** Leaves the rig as the next round wants it. */
  async clearsAway(): Promise<void> {
    await Promise.all(
      [...this.#hands.values()].flatMap((hand) =>
        MEMBERS.map((at) => hand.does({ do: 'namespace goes', at })),
      ),
    );
    await this.#admin.resets();
  }
}
