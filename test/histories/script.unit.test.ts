import { describe, expect, it } from 'vitest';
import { generate, ROUND, roundOf } from './generate.ts';
import {
  beatsOf,
  historiesIn,
  isFault,
  isOwn,
  MEMBERS,
  printScript,
  type Script,
  type Step,
} from './script.ts';
import { shrink } from './shrink.ts';

const FIRSTS = Array.from({ length: 60 }, (_, round) => 1 + round * ROUND);

describe('the generator', () => {
  it('gives the same round for the same seed, and others for others', () => {
    expect(generate(7)).toEqual(generate(7));
    expect(new Set(FIRSTS.map((seed) => JSON.stringify(generate(seed).steps))).size).toBe(FIRSTS.length);
  });

  it('plays each seed in one round, in which it does the same as alone', () => {
    expect([1, 10, 11, 20, 9_991, 10_000].map(roundOf)).toEqual([1, 1, 11, 11, 9_991, 9_991]);
    const does = (script: Script, history: number) =>
      script.steps
        .filter((step) => isOwn(step) && step.history === history)
        .map(({ pauseMs: _, ...step }) => ({ ...step, history: 0 }));
    expect(does(generate(1), 4)).toEqual(does(generate(5, 1), 0));
  });

  it('comes to every kind of operation and of fault', () => {
    const kinds = new Set(
      FIRSTS.flatMap((seed) => generate(seed).steps.map((step) => (isFault(step) ? step.fault : step.do))),
    );
    expect([...kinds].sort()).toMatchInlineSnapshot(`
      [
        "allow",
        "blackhole",
        "cut",
        "cut lists",
        "delay",
        "denied",
        "deny",
        "expire",
        "export",
        "forbid",
        "join",
        "kill",
        "leave",
        "lose replies",
        "namespace comes",
        "namespace goes",
        "no export",
        "no hub controller",
        "no service",
        "no slice",
        "permit",
        "precedence",
        "refuse",
        "reset",
        "server dies",
        "service",
        "slice",
        "slip",
        "stale lists",
        "stall",
        "status",
        "stop",
        "tamper",
        "twin",
      ]
    `);
  });

  it('gives every address to one cluster only, in each history', () => {
    const owners = new Map<string, string>();
    for (const seed of FIRSTS) {
      for (const step of generate(seed).steps) {
        if (!isOwn(step) || step.do !== 'slice') continue;
        for (const address of step.endpoints.flatMap(({ addresses }) => addresses)) {
          if (address.startsWith('100.') || address === 'db.example.com') continue;
          const key = `${seed} ${step.history} ${address}`;
          expect(owners.get(key) ?? step.at).toBe(step.at);
          owners.set(key, step.at);
        }
      }
    }
  });

  it('prints what can be read again', () => {
    const script = generate(11);
    const [head, ...lines] = printScript(script).split('\n');
    expect(head).toBe(`seed 11, ${script.steps.length} steps`);
    expect(lines.map((line) => JSON.parse(line))).toEqual(script.steps);
  });
});

describe('a script', () => {
  it('is played beat by beat', () => {
    const steps: Step[] = [step(2, 0), step(0, 0), step(2, 1)];
    expect(beatsOf({ seed: 1, steps })).toEqual([[step(0, 0)], [step(2, 0), step(2, 1)]]);
  });
});

describe('the shrinker', () => {
  const steps = Array.from({ length: 20 }, (_, beat) => step(beat, beat % 4));
  const script: Script = { seed: 1, steps };
  const needs = (...beats: number[]) => {
    const tried: Script[] = [];
    const fails = async (shorter: Script) => {
      tried.push(shorter);
      const left = shorter.steps.map(({ beat }) => beat);
      return beats.every((one) => left.includes(one));
    };
    return { fails, tried };
  };

  it('leaves only the steps that it takes', async () => {
    const { fails } = needs(3, 17);
    const { steps: left } = await shrink(script, fails, 1_000);
    expect(left.map(({ beat }) => beat)).toEqual([3, 17]);
  });

  it('leaves out whole histories first', async () => {
    const { fails, tried } = needs(3, 7);
    await shrink(script, fails, 1_000);
    expect(tried.slice(0, 2).map(historiesIn)).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('keeps what is of no history as long as it takes it', async () => {
    const fault: Step = { beat: 5, pauseMs: 0, fault: 'stop', at: MEMBERS[0], lasts: 1 };
    const fails = async (shorter: Script) => shorter.steps.some(isFault);
    const shortest = await shrink({ seed: 1, steps: [...steps, fault] }, fails, 1_000);
    expect(shortest.steps).toEqual([fault]);
  });

  it('leaves everything where nothing can go', async () => {
    const { fails } = needs(...steps.map(({ beat }) => beat));
    expect((await shrink(script, fails, 1_000)).steps).toEqual(steps);
  });

  it('tries no more often than it may, and what it has found until then still fails', async () => {
    const { fails, tried } = needs(3, 17);
    const shorter = await shrink(script, fails, 5);
    expect(tried).toHaveLength(5);
    expect(await fails(shorter)).toBe(true);
  });
});

function step(beat: number, history: number): Step {
  return { beat, pauseMs: 0, history, do: 'no slice', at: MEMBERS[0], service: 'db', slice: 'x' };
}
