/** Says in one line what is wrong; undefined: nothing. Must be quick: it runs on every probe. */
export type Check = () => string | undefined;

/** What one check said. */
export interface CheckResult {
  name: string;
  problem: string | undefined;
}

/**
 * The checks behind `/healthz` (should the process be restarted?) and `/readyz` (does it do its work?). An
 * unreachable hub belongs in neither: restarting or unrouting a working agent heals nothing.
 */
export class HealthChecks {
  readonly #alive: [string, Check][] = [];
  readonly #ready: [string, Check][] = [];

  /** A process that fails this is restarted by its kubelet. */
  addLiveness(name: string, check: Check): void {
    this.#alive.push([name, check]);
  }

  addReadiness(name: string, check: Check): void {
    this.#ready.push([name, check]);
  }

  alive(): CheckResult[] {
    return this.#alive.map(run);
  }

  /** Readiness, which includes being alive. */
  ready(): CheckResult[] {
    return [...this.#alive, ...this.#ready].map(run);
  }
}

function run([name, check]: [string, Check]): CheckResult {
  try {
    return { name, problem: check() };
  } catch (error) {
    return { name, problem: `the check itself failed: ${String(error)}` };
  }
}

/** The page of a probe: `ok`, or a line for every check in the form that Kubernetes' own servers use. */
export function report(results: readonly CheckResult[], verbose: boolean): { ok: boolean; text: string } {
  const ok = results.every(({ problem }) => problem === undefined);
  if (ok && !verbose) return { ok, text: 'ok\n' };
  const lines = results.map(({ name, problem }) =>
    problem === undefined ? `[+]${name} ok` : `[-]${name} failed: ${problem}`,
  );
  return { ok, text: `${[...lines, ok ? 'check passed' : 'check failed'].join('\n')}\n` };
}
