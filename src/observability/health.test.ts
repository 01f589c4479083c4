import { describe, expect, it } from 'vitest';
import { HealthChecks, report } from './health.ts';

describe('health', () => {
  it('is ok in one word, and check by check when asked for more', () => {
    const checks = new HealthChecks();
    checks.addLiveness('event-loop', () => undefined);
    checks.addReadiness('caches', () => undefined);
    expect(report(checks.ready(), false)).toEqual({ ok: true, text: 'ok\n' });
    expect(report(checks.ready(), true)).toEqual({
      ok: true,
      text: '[+]event-loop ok\n[+]caches ok\ncheck passed\n',
    });
  });

  it('names what failed and why, also when not asked for more', () => {
    const checks = new HealthChecks();
    checks.addLiveness('event-loop', () => undefined);
    checks.addReadiness('caches', () => 'waiting for services');
    const text = '[+]event-loop ok\n[-]caches failed: waiting for services\ncheck failed\n';
    expect(report(checks.ready(), false)).toEqual({ ok: false, text });
  });

  it('does not restart a process that is merely not ready', () => {
    const checks = new HealthChecks();
    checks.addReadiness('caches', () => 'waiting for services');
    expect(report(checks.alive(), false).ok).toBe(true);
  });

  it('counts a check that throws as failed', () => {
    const checks = new HealthChecks();
    checks.addLiveness('broken', () => {
      throw new Error('no');
    });
    expect(checks.alive()).toEqual([{ name: 'broken', problem: 'the check itself failed: Error: no' }]);
  });
});
