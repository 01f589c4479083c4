import { describe, expect, it } from 'vitest';
import { generate } from './generate.ts';
import { isFault, MEMBERS, printScript, type Script, type Step } from './script.ts';
import { shrink } from './shrink.ts';

const SEEDS = Array.from({ length: 300 }, (_, seed) => seed);

describe('the generator', () => {
  it('gives the same history for the same seed, and others for others', () => {
    expect(generate(7)).toEqual(generate(7));
    expect(new Set(SEEDS.map((seed) => JSON.stringify(generate(seed).steps))).size).toBe(SEEDS.length);
  });

  it('comes to every kind of operation and of fault', () => {
    const kinds = new Set(
      SEEDS.flatMap((seed) => generate(seed).steps.map((step) => (isFault(step) ? step.fault : step.do))),
    );
    expect([...kinds].sort()).toMatchInlineSnapshot(`
      [
        "allow",
        "blackhole",
        "cut",
        "cut lists",
        "delay",
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
        "service",
        "slice",
        "slip",
        "stall",
        "status",
        "stop",
        "tamper",
        "twin",
      ]
    `);
  });

  it('gives every address to one cluster only', () => {
    for (const seed of SEEDS) {
      const owners = new Map<string, string>();
      for (const step of generate(seed).steps) {
        if (isFault(step) || step.do !== 'slice') continue;
        for (const address of step.endpoints.flatMap(({ addresses }) => addresses)) {
          if (address.startsWith('100.') || address === 'db.example.com') continue;
          expect(owners.get(address) ?? step.at).toBe(step.at);
          owners.set(address, step.at);
        }
      }
    }
  });

  it('prints what can be read again', () => {
    const script = generate(3);
    const [head, ...lines] = printScript(script).split('\n');
    expect(head).toBe(`seed 3, ${script.steps.length} steps`);
    expect(lines.map((line) => JSON.parse(line))).toEqual(script.steps);
  });
});

describe('the shrinker', () => {
  const steps: Step[] = Array.from({ length: 20 }, (_, n) => ({
    do: 'no slice',
    at: MEMBERS[0],
    service: 'db',
    slice: 'x',
    pauseMs: n,
  }));
  const script: Script = { seed: 1, steps };
  const needs = (...pauses: number[]) => {
    const tried: number[] = [];
    const fails = async (shorter: Script) => {
      tried.push(shorter.steps.length);
      const left = shorter.steps.map(({ pauseMs }) => pauseMs);
      return pauses.every((one) => left.includes(one));
    };
    return { fails, tried };
  };

  it('leaves only the steps that it takes', async () => {
    const { fails } = needs(3, 17);
    const { steps: left } = await shrink(script, fails, 1_000);
    expect(left.map(({ pauseMs }) => pauseMs)).toEqual([3, 17]);
  });

  it('leaves everything where nothing can go', async () => {
    const { fails } = needs(...steps.map(({ pauseMs }) => pauseMs));
    expect((await shrink(script, fails, 1_000)).steps).toEqual(steps);
  });

  it('tries no more often than it may, and what it has found until then still fails', async () => {
    const { fails, tried } = needs(3, 17);
    const shorter = await shrink(script, fails, 5);
    expect(tried).toHaveLength(5);
    expect(await fails(shorter)).toBe(true);
  });
});
