import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leases } from '#apis/kubernetes/lease.ts';
import { events } from '#src/runtime/event.ts';
import { AgentProcess } from '#test/driver/agent-process.ts';
import { KillSwitch } from '#test/driver/kill-switch.ts';
import type { AgentFiles } from '#test/driver/set.ts';
import { useSet } from '#test/driver/use-set.ts';
import { dropReply } from '#test/proxy/actions.ts';
import { type FaultProxy, startFaultProxy } from '#test/proxy/fault-proxy.ts';
import type { ProxiedRequest } from '#test/proxy/request.ts';
import { Life } from './life.ts';

const NS = 'life';
/** Each kill takes a life of two exports, and a start. */
const PATIENCE_MS = 600_000;

/** An exporter that can be struck dead. */
interface Exporter {
  start(): Promise<void>;
  kill(): Promise<void>;
}

describe('whatever an exporter’s writes meet, nothing exported is removed anywhere, and nothing is left over', () => {
  const set = useSet({
    members: ['zzzc', 'shbt'],
    clusters: { audit: true },
    namespaces: [NS],
    agents: false,
  });
  /** Between zzzc's agent and the two API servers. */
  let hub: FaultProxy;
  let local: FaultProxy;
  let files: AgentFiles;
  let cache: string | undefined;

  beforeAll(async () => {
    set().startHub();
    set().startAgent('shbt');
    const { workspace } = set().clusters;
    const direct = set().files('zzzc');
    hub = await startFaultProxy({ target: set().cluster('hub').kubeconfig });
    local = await startFaultProxy({ target: set().cluster('zzzc').kubeconfig });
    const toHub = await hub.kubeconfigFor('zzzc', readFileSync(direct.hubKubeconfig, 'utf8'));
    const toLocal = await local.kubeconfigFor('zzzc', readFileSync(direct.kubeconfig, 'utf8'));
    files = {
      hubKubeconfig: workspace.write('proxied-hub.kubeconfig', toHub),
      kubeconfig: workspace.write('proxied.kubeconfig', toLocal),
    };
    // Every start after the first is quicker by half.
    cache = process.env['NODE_COMPILE_CACHE'];
    process.env['NODE_COMPILE_CACHE'] = workspace.folderFor('compiled');
  });
  afterAll(async () => {
    if (cache === undefined) delete process.env['NODE_COMPILE_CACHE'];
    else process.env['NODE_COMPILE_CACHE'] = cache;
    await hub?.close();
    await local?.close();
  });

  it(
    'killed after any of its writes to the hub',
    async () => {
      const kills = await killAfterEach('hub', inProcess(), new KillSwitch(hub, [local], isRecord));
      // Report, two Services, four slices; then one of each kind changes, and six records go, by two reports.
      expect(kills).toBeGreaterThanOrEqual(14);
    },
    PATIENCE_MS,
  );

  it(
    'killed after any of its writes to its own API server',
    async () => {
      const isTold = (request: ProxiedRequest) => isWrite(request) && request.resource !== events.plural;
      const kills = await killAfterEach('own', inProcess(), new KillSwitch(local, [hub], isTold));
      // Conditions, imports and their status, a derived Service, slices; and they go again.
      expect(kills).toBeGreaterThanOrEqual(20);
    },
    PATIENCE_MS,
  );

  it(
    'killed by SIGKILL after each of its writes to the hub, so that each takes another process',
    async () => {
      const exporter = asProcess();
      const life = await Life.begin(set(), NS, 'short');
      await exporter.start();
      const kills = await live(life, exporter, new KillSwitch(hub, [local], isRecord), {
        after: 1,
        again: true,
      });
      await exporter.kill();
      expect(kills).toBeGreaterThanOrEqual(14);
    },
    PATIENCE_MS,
  );

  it('the reply to every second of its writes is lost after the commit', async () => {
    const exporter = inProcess();
    hub.requests.length = 0;
    await exporter.start();
    let commits = 0;
    const scripts = [hub, local].map((proxy) =>
      proxy.script({
        when: isWrite,
        times: Number.POSITIVE_INFINITY,
        // A refusal counts for nothing: it would be every second one for ever where a loss leads to a conflict.
        action: dropReply((status) => status < 300 && ++commits % 2 === 0),
      }),
    );
    const life = await Life.begin(set(), NS, 'lost');
    for (const step of life.steps) {
      if (step === life.steps.at(-1)) await life.keptWhatIsExported();
      await step.happens();
      await life.settled(step, () => false);
    }
    await exporter.kill();
    for (const script of scripts) {
      expect(script.taken).toBeGreaterThan(10);
      script.cancel();
    }
    // Settled from the caches: no record is read.
    const reads = hub.requests.filter(({ verb, resource }) => verb === 'get' && resource !== leases.plural);
    expect(reads.map(({ path }) => path)).toEqual([]);
  });

  /** Plays lives, each with one kill, a write later than in the one before, until one is over before it. */
  async function killAfterEach(name: string, exporter: Exporter, kills: KillSwitch): Promise<number> {
    await exporter.start();
    for (let after = 1; ; after++) {
      const life = await Life.begin(set(), NS, `${name}-${after}`);
      if ((await live(life, exporter, kills, { after, again: false })) > 0) continue;
      await exporter.kill();
      return after - 1;
    }
  }

  /**
   * Plays a life, killing and starting the exporter, and returns how often; it runs before and after. In lives
   * with an even number the life goes on before the start.
   */
  async function live(
    life: Life,
    exporter: Exporter,
    kills: KillSwitch,
    { after, again }: { after: number; again: boolean },
  ): Promise<number> {
    let count = 0;
    let planned = kills.after(after, exporter.kill);
    const steps = [...life.steps];
    const happens = async () => {
      const step = steps.shift();
      if (step !== undefined && steps.length === 0) await life.keptWhatIsExported();
      await step?.happens();
      return step;
    };
    const isKilled = async () => {
      if (!planned.done) return false;
      await planned.killed;
      planned.lift();
      count++;
      planned = kills.after(again ? after : Number.POSITIVE_INFINITY, exporter.kill);
      return true;
    };
    for (let step = await happens(); step !== undefined; step = await happens()) {
      for (;;) {
        await life.settled(step, () => planned.done);
        if (!(await isKilled())) break;
        if (after % 2 === 0 && steps.length > 1) step = (await happens()) ?? step;
        await exporter.start();
      }
    }
    if (await isKilled()) await exporter.start();
    planned.lift();
    return count;
  }

  function asProcess(): Exporter {
    let running: AgentProcess | undefined;
    const flags = ['--kubeconfig', files.kubeconfig, '--hub-kubeconfig', files.hubKubeconfig];
    return {
      async start() {
        running = await AgentProcess.member(set(), 'zzzc', ...flags);
      },
      async kill() {
        await running?.kill();
      },
    };
  }

  /** Quicker to start than a process. Its writes do not get through any more when it is stopped, whatever it tries. */
  function inProcess(): Exporter {
    return {
      async start() {
        set().startAgent('zzzc', files);
      },
      kill: () => set().stopAgent('zzzc'),
    };
  }
});

/** A report or record; Leases are renewed all the time. */
function isRecord(request: ProxiedRequest): boolean {
  return isWrite(request) && request.resource !== leases.plural;
}

/** A question about rights is a write by its method only. */
function isWrite({ mutation, namespace }: ProxiedRequest): boolean {
  return mutation !== undefined && namespace !== undefined;
}
