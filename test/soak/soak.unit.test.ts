import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#test/bench/stats/random.ts';
import { generate } from '#test/histories/generate.ts';
import { isFault } from '#test/histories/script.ts';
import { metricsPage } from '#test/integration/operation/read-metrics.ts';
import { growthIn } from './growth.ts';
import { leaksIn } from './leaks.ts';
import { type Reading, readingOf } from './reading.ts';
import type { Played } from './recording.ts';
import { judge, printed } from './result.ts';
import { livesIn, type Sample } from './series.ts';
import { LASTING, unhurried } from './unhurried.ts';

const PAGE = `# TYPE process_open_fds gauge
process_resident_memory_bytes 104857600
nodejs_heap_size_total_bytes 62914560
nodejs_heap_space_size_used_bytes{space="new"} 1048576
nodejs_heap_space_size_used_bytes{space="old"} 31457280
nodejs_heap_space_size_used_bytes{space="large_object"} 1048576
nodejs_heap_space_size_used_bytes{space="code"} 2097152
nodejs_heap_space_size_used_bytes{space="code_large_object"} 1048576
nodejs_heap_space_size_used_bytes{space="trusted"} 4194304
nodejs_heap_space_size_used_bytes{space="trusted_large_object"} 0
nodejs_active_resources{type="Timeout"} 9
nodejs_active_resources_total 23
process_open_fds 41
workqueue_depth{name="export.records",controller="export.records"} 2
workqueue_depth{name="import.slice",controller="import.slice"} 1
`;

const READING: Reading = readingOf(metricsPage(PAGE), 12);

/** Four looks a minute for two hours; `life` and `reading` of each by its time in seconds. */
function sampled(
  program: string,
  {
    life = () => 1,
    reading = () => ({}),
  }: { life?(at: number): number; reading?(at: number): Partial<Reading> } = {},
): Sample[] {
  return Array.from({ length: 480 }, (_, n) => n * 15).map((at) => ({
    program,
    life: life(at),
    at,
    reading: { ...READING, queued: 0, ...reading(at) },
  }));
}

describe('what a page says of its process', () => {
  it('is memory in megabytes, handles apart from timers, and all queues together', () => {
    expect(READING).toEqual({
      resident: 100,
      kept: 31,
      compiled: 7,
      native: 40,
      handles: 14,
      timers: 9,
      descriptors: 41,
      watches: 12,
      queued: 3,
    });
  });

  it('is not taken for zero where it is missing', () => {
    const without = PAGE.replace('process_open_fds 41\n', '');
    expect(() => readingOf(metricsPage(without), 12)).toThrow('process_open_fds');
  });
});

describe('a series', () => {
  it('has a point a minute: of what is kept the least that was seen, of the rest the median', () => {
    const saw = (at: number) => ({ kept: 50 + (at % 60), resident: 100 + (at % 60) });
    const [life] = livesIn(sampled('hub', { reading: saw }));
    expect(life?.series.kept.slice(0, 2)).toEqual([
      [0, 50],
      [1 / 60, 50],
    ]);
    expect(life?.series.resident[0]).toEqual([0, 122.5]);
  });

  it('begins anew when the program is started again', () => {
    const lives = livesIn(sampled('shbt', { life: (at) => (at < 3_600 ? 1 : 2) }));
    expect(lives.map(({ life, series }) => [life, series.kept.length])).toEqual([
      [1, 60],
      [2, 60],
    ]);
  });
});

describe('growth', () => {
  const growing = (samples: Sample[]) =>
    growthIn(livesIn(samples), 2, seededRandom(1))
      .filter(({ grows }) => grows)
      .map(({ program, figure }) => `${figure} of ${program}`);

  it('is a leak of one handle every ten minutes, and of two megabytes an hour', () => {
    expect(growing(sampled('hub', { reading: (at) => ({ handles: 14 + Math.floor(at / 600) }) }))).toEqual([
      'handles of hub',
    ]);
    expect(growing(sampled('hub', { reading: (at) => ({ kept: 50 + at / 1_800 }) }))).toEqual([
      'kept of hub',
    ]);
  });

  it('is not what only warms up, nor less than one in all', () => {
    const warms = (at: number) => ({ native: Math.min(90 + at / 60, 110), timers: at < 4_000 ? 9 : 10 });
    expect(growing(sampled('hub', { reading: warms }))).toEqual([]);
  });

  it('is judged only in processes that were never started again', () => {
    const grows = (at: number) => ({ kept: 50 + at / 600 });
    const restarted = sampled('shbt', { life: (at) => (at < 600 ? 1 : 2), reading: grows });
    expect(growthIn(livesIn(restarted), 2, seededRandom(1))).toEqual([]);
  });
});

describe('an unhurried history', () => {
  const seeds = Array.from({ length: 300 }, (_, seed) => seed);
  const ends = (step: object) => 'fault' in step && ['kill', 'stop'].includes(String(step.fault));

  it('never ends the agent that lasts, nor the controller of the hub, and others now and then', () => {
    const steps = seeds.flatMap((seed) => unhurried(generate(seed), seededRandom(seed)).steps);
    const ended = steps.filter(ends).map((step) => ('at' in step ? step.at : ''));
    expect(new Set(ended)).toEqual(new Set(['bjpdc', 'shbt']));
    expect(ended).not.toContain(LASTING);
    expect(steps.filter((step) => isFault(step) && step.fault === 'no hub controller')).toEqual([]);
    const before = seeds.flatMap((seed) => generate(seed).steps).filter(ends).length;
    expect(ended.length).toBeLessThan(before / 3);
  });

  it('leaves operations as they are, and seconds between them', () => {
    const { steps } = generate(3);
    const slow = unhurried({ seed: 3, steps }, seededRandom(1)).steps;
    const kinds = (of: typeof steps) =>
      of.filter((step) => !isFault(step)).map(({ pauseMs: _, ...step }) => step);
    expect(kinds(slow)).toEqual(kinds(steps));
    expect(Math.min(...slow.map(({ pauseMs }) => pauseMs))).toBeGreaterThanOrEqual(500);
  });
});

describe('the logs', () => {
  const secrets = new Set(Array.from({ length: 12 }, (_, n) => `secret-${n}-`));

  it('are read line by line, and what they leak is named by its place', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tombolo-soak-'));
    try {
      writeFileSync(join(folder, 'a.log'), 'one\ntwo Bearer secret-7-\n');
      writeFileSync(join(folder, 'b.log'), 'three\n');
      expect(await leaksIn(folder, secrets)).toEqual({ lines: 3, files: 2, secrets: 12, found: ['a.log:2'] });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('are not called clean where there is nothing to look for', async () => {
    await expect(leaksIn('.', new Set(['one']))).rejects.toThrow('only 1 secrets');
  });
});

describe('a soak', () => {
  const history: Played = {
    seed: 1,
    ops: 20,
    faults: 5,
    tookMs: 60_000,
    healedMs: 900,
    complaints: [],
    spuriousDeletes: 0,
  };
  const leaks = { lines: 100, files: 4, secrets: 20, found: [] };
  const whole = { hours: 2, seed: 1, histories: [history], leaks };
  const samples = [...sampled('hub'), ...sampled(LASTING)];

  it('passes where every history went as it must, nothing grows, nothing waits and no log holds a secret', () => {
    expect(judge({ ...whole, samples }).passed).toBe(true);
  });

  it('passes where nothing grows but compiled code, and says so', () => {
    const compiles = sampled('a', {
      reading: (at) => ({ compiled: 7 + at / 1_200, resident: 90 + at / 1_200 }),
    });
    const result = judge({ ...whole, samples: [...samples, ...compiles] });
    expect(result.passed).toBe(true);
    expect(printed(result)).toMatch(/a, compiled: 3\.00 an hour .*, GROWS \(not judged\)/);
  });

  it.each([
    ['a history went wrong', { histories: [history, { ...history, complaints: ['divergence: x'] }] }],
    ['there was no history', { histories: [] }],
    ['a log holds a secret', { leaks: { ...leaks, found: ['hub.log:7'] } }],
    ['the logs were not read', { leaks: undefined }],
    ['nobody looked into the agent that lasts', { samples: sampled('hub') }],
    [
      'something grows',
      { samples: [...samples, ...sampled('a', { reading: (at) => ({ timers: at / 60 }) })] },
    ],
    [
      'memory beside V8’s heap grows',
      { samples: [...samples, ...sampled('a', { reading: (at) => ({ native: 40 + at / 1_200 }) })] },
    ],
    [
      'a key waits at the end',
      { samples: [...samples, ...sampled('a', { reading: () => ({ queued: 1 }) })] },
    ],
  ])('does not pass where %s', (_, change) => {
    expect(judge({ ...whole, samples, ...change }).passed).toBe(false);
  });
});
