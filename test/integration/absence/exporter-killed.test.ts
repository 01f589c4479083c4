import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leases } from '#apis/kubernetes/lease.ts';
import { AgentProcess } from '#test/driver/agent-process.ts';
import { KillSwitch, type PlannedKill } from '#test/driver/kill-switch.ts';
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
    'its process is killed between any two of its writes to the hub',
    async () => {
      const toRecords = ({ resource }: ProxiedRequest) => resource !== leases.plural;
      const kills = await killAtEveryWrite('hub', asProcess(), new KillSwitch(hub, [local], toRecords));
      // A report or two, two Services, four slices; one of each kind changed; five records deleted.
      expect(kills).toBeGreaterThanOrEqual(14);
    },
    PATIENCE_MS,
  );

  it(
    'it is struck dead between any two of its writes to its own API server',
    async () => {
      const notEvents = ({ resource }: ProxiedRequest) => resource !== 'events';
      const kills = await killAtEveryWrite('own', inProcess(), new KillSwitch(local, [hub], notEvents));
      expect(kills).toBeGreaterThanOrEqual(20);
    },
    PATIENCE_MS,
  );

  it('every second of its writes is committed while the reply is lost', async () => {
    const exporter = inProcess();
    await exporter.start();
    let seen = 0;
    const scripts = [hub, local].map((proxy) =>
      proxy.script({
        // A question about rights is a write by its method only.
        when: ({ mutation, namespace }) =>
          mutation !== undefined && namespace !== undefined && ++seen % 2 === 0,
        times: Number.POSITIVE_INFINITY,
        action: dropReply(),
      }),
    );
    const life = await Life.begin(set(), NS, 'lost');
    for (const step of life.steps) {
      if (step === life.steps.at(-1)) await life.keptWhatIsExported();
      await step.happens();
      await life.settled(step);
    }
    for (const script of scripts) {
      expect(script.taken).toBeGreaterThan(5);
      script.cancel();
    }
    await exporter.kill();
  });

  /** Plays lives, each with a kill one write later than the one before, until one is over before; counts kills. */
  async function killAtEveryWrite(name: string, exporter: Exporter, kills: KillSwitch): Promise<number> {
    await exporter.start();
    try {
      for (let n = 1; ; n++) {
        const planned = kills.after(n, exporter.kill);
        const life = await Life.begin(set(), NS, `${name}-${n}`);
        await live(life, planned, exporter);
        planned.lift();
        if (!planned.done) return n - 1;
      }
    } finally {
      await exporter.kill();
    }
  }

  async function live(life: Life, planned: PlannedKill, exporter: Exporter): Promise<void> {
    let wasKilled = false;
    for (const [index, step] of life.steps.entries()) {
      if (index === life.steps.length - 1) await life.keptWhatIsExported();
      await step.happens();
      const settled = life.settled(step);
      await Promise.race([settled, planned.killed]);
      if (planned.done && !wasKilled) {
        wasKilled = true;
        await planned.killed;
        planned.lift();
        await exporter.start();
      }
      await settled;
    }
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
