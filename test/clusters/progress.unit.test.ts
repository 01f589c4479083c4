import { describe, expect, it } from 'vitest';
import { duration, Progress } from './progress.ts';

/** A stream that remembers, and a clock that is set. */
function rig(options: { isTTY?: boolean; columns?: number; env?: Record<string, string>; quietMs?: number }) {
  const written: string[] = [];
  const time = { ms: 0 };
  const stream = {
    write: (text: string) => written.push(text),
    isTTY: options.isTTY ?? false,
    columns: options.columns ?? 80,
  };
  const { env = {}, quietMs = 0 } = options;
  return { progress: new Progress({ stream, env, quietMs, now: () => time.ms }), written, time };
}

describe('Progress without a terminal', () => {
  it('prints a line at the start, with the usual time, and one at the end, with the time it took', () => {
    const { progress, written, time } = rig({});
    const step = progress.step('build etcd', { usualMs: 65_000 });
    time.ms = 42_000;
    step.done();
    expect(written).toEqual(['  > build etcd (usually 1 min 05 s)\n', '  ✓ build etcd (42.0 s)\n']);
  });

  it('says now and then how far a long step is', () => {
    const { progress, written, time } = rig({});
    const step = progress.step('build');
    step.update('3 of 9 packages');
    progress.tick();
    time.ms = 21_000;
    progress.tick();
    progress.tick();
    step.fail();
    expect(written.slice(1)).toEqual([
      '  … build: 3 of 9 packages (21.0 s)\n',
      '  ✗ build: 3 of 9 packages (21.0 s)\n',
    ]);
  });

  it('keeps quiet about what is done soon', () => {
    const { progress, written, time } = rig({ quietMs: 5_000 });
    const [short, long] = [progress.step('short'), progress.step('long')];
    time.ms = 4_000;
    progress.tick();
    short.done();
    expect(written).toEqual([]);
    time.ms = 6_000;
    progress.tick();
    long.done();
    expect(written).toEqual(['  > long\n', '  ✓ long (6.0 s)\n']);
  });

  it('ends a step once', () => {
    const { progress, written } = rig({});
    const step = progress.step('x');
    step.done();
    step.fail();
    expect(written).toHaveLength(2);
  });

  it('marks a step whose work fails, and lets the error pass', async () => {
    const { progress, written } = rig({});
    const failing = progress.during('x', {}, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(written.at(-1)).toBe('  ✗ x (0 ms)\n');
  });
});

describe('Progress on a terminal', () => {
  it('redraws one line per running step in place, and leaves results above', () => {
    const { progress, written, time } = rig({ isTTY: true, env: { NO_COLOR: '1' } });
    const [a, b] = [progress.step('a', { usualMs: 8_000 }), progress.step('b')];
    time.ms = 1_000;
    written.length = 0;
    progress.tick();
    expect(written.join('')).toBe('\u001b[2A\u001b[J  … a (1.0 s, usually 8.0 s)\n  … b (1.0 s)\n');
    written.length = 0;
    a.done();
    expect(written.join('')).toBe('\u001b[2A\u001b[J  ✓ a (1.0 s)\n  … b (1.0 s)\n');
    b.done();
  });

  it('cuts running steps to the width of the terminal, or erasing would leave pieces', () => {
    const { progress, written } = rig({ isTTY: true, columns: 20, env: { NO_COLOR: '1' } });
    progress.step('a label that is longer than the terminal is wide').done();
    expect(written[0]).toBe('  … a label that is\n');
  });

  it('uses colour unless NO_COLOR is set', () => {
    const { progress, written } = rig({ isTTY: true });
    progress.step('a').done();
    expect(written.join('')).toContain('\u001b[32m✓\u001b[0m');
  });

  it('prints notes above the running steps', () => {
    const { progress, written } = rig({ isTTY: true, env: { NO_COLOR: '1' } });
    const step = progress.step('a');
    written.length = 0;
    progress.note('hello');
    expect(written.join('')).toBe('\u001b[1A\u001b[Jhello\n  … a (0 ms)\n');
    step.done();
  });
});

describe('duration', () => {
  it.each([
    [12, '12 ms'],
    [4_230, '4.2 s'],
    [59_990, '60.0 s'],
    [65_000, '1 min 05 s'],
    [119_700, '2 min 00 s'],
  ])('of %i ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});
