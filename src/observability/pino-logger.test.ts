import { describe, expect, it } from 'vitest';
import { KubeApiError } from '#src/kube/errors.ts';
import { SteppedClock } from '#test/clock/stepped-clock.ts';
import { LevelSwitch } from './levels.ts';
import { createLogger } from './pino-logger.ts';

function logger(format: 'json' | 'text' = 'json') {
  const lines: string[] = [];
  const levels = new LevelSwitch('info');
  const write = (line: string) => void lines.push(line);
  const log = createLogger({ logger: 'tombolo.member', levels, format, clock: new SteppedClock(), write });
  const parsed = () => lines.map((line) => JSON.parse(line));
  return { lines, levels, log, parsed };
}

describe('a log line', () => {
  it('has ts, level, logger and msg, and fields and bindings beside them', () => {
    const { log, parsed } = logger();
    log.child({ controller: 'import.slice', key: 'prod/db' }).info({ n: 2 }, 'wrote slices');
    expect(parsed()).toEqual([
      {
        ts: '2026-01-01T00:00:00.000Z',
        level: 'info',
        logger: 'tombolo.member',
        controller: 'import.slice',
        key: 'prod/db',
        n: 2,
        msg: 'wrote slices',
      },
    ]);
  });

  it('shows an error with its causes, and of an API error the code and reason', () => {
    const { log, parsed } = logger();
    const attempt = { cluster: 'hub', verb: 'update', target: 'members zzzc' };
    const cause = new KubeApiError(attempt, { code: 403, reason: 'Forbidden', message: 'not yours' });
    log.error({ err: new Error('claim the id', { cause }) }, 'reconcile failed');
    log.error({ err: cause }, 'reconcile failed');
    const [wrapped, plain] = parsed();
    expect(wrapped.err).toMatchObject({ type: 'Error', message: 'claim the id', causes: [cause.message] });
    expect(plain.err).toMatchObject({ type: 'KubeApiError', code: 403, reason: 'Forbidden' });
    expect(Object.keys(plain.err)).toEqual(['type', 'message', 'code', 'reason', 'stack']);
  });

  it('hides credentials in fields, bindings, errors and what caused them', () => {
    const { log, lines } = logger();
    const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0aaaa.c2lnbmF0dXJl';
    const err = new Error('GET failed with Authorization: Bearer abc.secret', {
      cause: new Error(`https://admin:secret@hub:6443 refused ${jwt}`),
    });
    log
      .child({ user: { token: 'secret' } })
      .info({ password: 'secret', call: { headers: ['secret'] } }, 'calling');
    log.error({ err }, 'failed');
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(line).not.toContain('secret');
      expect(line).not.toContain(jwt);
      expect(line).toContain('[redacted]');
    }
  });

  it('shows the address of a server, port and all', () => {
    const { log, parsed } = logger();
    const message = 'https://127.0.0.1:6443: connect ECONNREFUSED 127.0.0.1:6443';
    log.warn({ err: new Error(message) }, 'list failed');
    expect(parsed()[0].err.message).toBe(message);
  });
});

describe('the level', () => {
  it('changes for all loggers at once, those made before included', () => {
    const { log, levels, lines } = logger();
    const child = log.child({ controller: 'a' });
    child.debug({}, 'hidden');
    levels.set('debug');
    child.debug({}, 'shown');
    levels.set('error');
    child.warn({}, 'hidden');
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['shown']);
  });

  it('toggles between debug and what was configured', () => {
    const levels = new LevelSwitch('warn');
    expect([levels.toggleDebug(), levels.toggleDebug()]).toEqual(['debug', 'warn']);
  });
});

describe('text', () => {
  it('is one line that people read', () => {
    const { log, lines } = logger('text');
    log.warn(
      { key: 'prod/db', namespace: 'prod', name: 'db', waitingFor: ['services'], why: 'not there' },
      'still waiting',
    );
    log.error({ err: new Error('write', { cause: new Error('no route') }) }, 'failed');
    expect(lines).toEqual([
      '00:00:00.000 WARN  still waiting key=prod/db waitingFor=["services"] why="not there"\n',
      '00:00:00.000 ERROR failed err="write: no route"\n',
    ]);
  });

  it('shows where a mistake of ours happened', () => {
    const { log, lines } = logger('text');
    log.error({ err: new TypeError('x is undefined') }, 'failed');
    expect(lines[0]).toContain('pino-logger.test.ts');
  });
});
