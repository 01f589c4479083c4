import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { HubConfig } from '#src/config/hub.ts';
import type { MemberConfig } from '#src/config/member.ts';
import { runHub } from '#src/hub.ts';
import { runMember } from '#src/member.ts';
import { LevelSwitch } from '#src/observability/levels.ts';
import { createLogger } from '#src/observability/pino-logger.ts';
import type { Clock } from '#src/runtime/clock.ts';
import { Stopping } from '#src/runtime/errors.ts';
import type { ProgramDeps } from '#src/runtime/program.ts';
import { systemClock } from '#src/runtime/system-clock.ts';

/** One line of a program's log, parsed. */
export interface LogLine {
  level: string;
  msg: string;
  [field: string]: unknown;
}

/** A program of Tombolo's that runs within the test's process: the real one, with a log that can be read. */
export class Agent {
  readonly log: LogLine[] = [];
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;

  private constructor(name: string, clock: Clock, run: (deps: ProgramDeps) => Promise<void>) {
    const levels = new LevelSwitch('debug');
    const keep = keeperOf(name);
    const write = (line: string) => {
      keep(line);
      this.log.push(JSON.parse(line) as LogLine);
    };
    const log = createLogger({ logger: name, levels, format: 'json', clock, write });
    this.#done = run({ signal: this.#stop.signal, clock, random: Math.random, log, levels });
    // Looked at in stop(); until then a failure must not end the test run as an unhandled rejection.
    this.#done.catch(() => undefined);
  }

  static member(
    config: Partial<MemberConfig> & Pick<MemberConfig, 'clusterId' | 'hubKubeconfig'>,
    clock = systemClock(),
  ): Agent {
    const whole: MemberConfig = {
      kubeconfig: undefined,
      context: undefined,
      hubContext: undefined,
      hubCredentialSecret: undefined,
      clustersetId: undefined,
      namespaceSelector: undefined,
      acceptClustersetUid: undefined,
      headlessDerivedService: false,
      leaseInterval: 10_000,
      ...OPERATION,
      ...config,
    };
    return new Agent(`tombolo.member.${config.clusterId}`, clock, (deps) => runMember(whole, deps));
  }

  static hub(config: Pick<HubConfig, 'kubeconfig'> & Partial<HubConfig>, clock = systemClock()): Agent {
    return new Agent('tombolo.hub', clock, (deps) =>
      runHub({ context: undefined, declaration: undefined, ...OPERATION, ...config }, deps),
    );
  }

  /** Lines with this message, in order. */
  lines(msg: string): LogLine[] {
    return this.log.filter((line) => line.msg === msg);
  }

  /** Stops it as SIGTERM would; rejects with what the program failed with. Idempotent. */
  async stop(): Promise<void> {
    this.#stop.abort(new Stopping());
    await this.#done;
  }
}

const OPERATION: Pick<MemberConfig, 'listen' | 'logLevel' | 'logFormat' | 'leaderElect' | 'agentNamespace'> =
  {
    agentNamespace: 'tombolo-system',
    leaderElect: false,
    listen: 'off',
    logLevel: 'debug',
    logFormat: 'json',
  };

/** With TEST_LOGS=<folder> what programs log is kept there too, of all that run under one name in one file. */
function keeperOf(name: string): (line: string) => void {
  const folder = process.env['TEST_LOGS'];
  if (folder === undefined) return () => {};
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.${process.pid}.log`);
  return (line) => appendFileSync(file, line);
}
