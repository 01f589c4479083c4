import type { ListenAddress } from '#src/config/values.ts';
import type { Clock } from '#src/runtime/clock.ts';
import type { Manager } from '#src/runtime/manager.ts';
import { HealthChecks } from './health.ts';
import { HealthServer } from './health-server.ts';
import type { LevelSwitch } from './levels.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { LoopWatchdog } from './watchdog.ts';

export interface OperationDeps {
  listen: ListenAddress | 'off';
  clock: Clock;
  log: Logger;
  levels: LevelSwitch;
  metrics: Metrics;
  /** What /debug/state shows beside the manager's own state. */
  state?: () => Record<string, unknown>;
}

/**
 * Adds to a manager what people run it by: the health server and the watchdog, with the manager's own
 * readiness and state. Further checks can be added to what it returns; `server` is absent for `off`.
 */
export function addOperation(
  manager: Manager,
  deps: OperationDeps,
): { checks: HealthChecks; server: HealthServer | undefined } {
  const { listen, clock, log, levels, metrics, state = () => ({}) } = deps;
  const checks = new HealthChecks();
  const watchdog = new LoopWatchdog(clock, log);
  manager.addRunnable(watchdog);
  checks.addLiveness('event-loop', watchdog.check);
  checks.addReadiness('caches', () => manager.unready());
  if (listen === 'off') return { checks, server: undefined };
  metrics.collectProcess();
  const whole = () => ({ ...manager.state, ...state() });
  const server = new HealthServer({ listen, checks, registry: metrics.registry, levels, state: whole, log });
  manager.addServer(server);
  return { checks, server };
}
