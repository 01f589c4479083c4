import { readFileSync } from 'node:fs';
import { afterAll, beforeAll } from 'vitest';
import { leases } from '#apis/kubernetes/lease.ts';
import { events } from '#src/runtime/event.ts';
import { AgentProcess } from '#test/driver/agent-process.ts';
import { KillSwitch } from '#test/driver/kill-switch.ts';
import type { AgentFiles } from '#test/driver/set.ts';
import { type OpenedSet, useSet } from '#test/driver/use-set.ts';
import { type FaultProxy, startFaultProxy } from '#test/proxy/fault-proxy.ts';
import type { ProxiedRequest } from '#test/proxy/request.ts';

export const NS = 'life';

/** An agent of zzzc that can be struck dead. */
export interface Mortal {
  start(): Promise<void>;
  kill(): Promise<void>;
}

/** The set in which zzzc's agent is struck dead, and its two ways out: all that it writes passes one of them. */
export interface Exporter {
  set: OpenedSet;
  readonly hub: FaultProxy;
  readonly local: FaultProxy;
  /** In this process, which is quicker to start. Once it is killed nothing of it gets through, whatever it tries. */
  inProcess(): Mortal;
  /** A process of its own, which gets SIGKILL. */
  asProcess(): Mortal;
  /** Kills after writes to the hub: reports and records. Leases are renewed all the time. */
  killsOnHub(): KillSwitch;
  /** Kills after writes to its own cluster: conditions, imports, derived Services, slices, its memory. */
  killsAtHome(): KillSwitch;
}

/** Gives the tests of a file the set with its proxies: there from the first test on. */
export function useExporter(): Exporter {
  const set = useSet({
    members: ['zzzc', 'shbt'],
    clusters: { audit: true },
    namespaces: [NS],
    agents: false,
  });
  const proxies: { hub?: FaultProxy; local?: FaultProxy } = {};
  let files: AgentFiles | undefined;
  let cache: string | undefined;
  beforeAll(async () => {
    set().startHub();
    set().startAgent('shbt');
    const { workspace } = set().clusters;
    const direct = set().files('zzzc');
    const hub = await startFaultProxy({ target: set().cluster('hub').kubeconfig });
    const local = await startFaultProxy({ target: set().cluster('zzzc').kubeconfig });
    Object.assign(proxies, { hub, local });
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
    await proxies.hub?.close();
    await proxies.local?.close();
  });
  return {
    set,
    get hub() {
      return there(proxies.hub);
    },
    get local() {
      return there(proxies.local);
    },
    inProcess: () => ({
      async start() {
        set().startAgent('zzzc', there(files));
      },
      kill: () => set().stopAgent('zzzc'),
    }),
    asProcess() {
      const { kubeconfig, hubKubeconfig } = there(files);
      const flags = ['--kubeconfig', kubeconfig, '--hub-kubeconfig', hubKubeconfig];
      let running: AgentProcess | undefined;
      return {
        async start() {
          running = await AgentProcess.member(set(), 'zzzc', ...flags);
        },
        async kill() {
          await running?.kill();
        },
      };
    },
    killsOnHub: () => new KillSwitch(there(proxies.hub), [there(proxies.local)], isRecord),
    killsAtHome: () => new KillSwitch(there(proxies.local), [there(proxies.hub)], isTold),
  };
}

function isRecord(request: ProxiedRequest): boolean {
  return isWrite(request) && !isRenewal(request);
}

/** Events tell people of what has been done already. */
function isTold(request: ProxiedRequest): boolean {
  return isWrite(request) && !isRenewal(request) && request.resource !== events.plural;
}

/** A question about rights is a write by its method only. */
export function isWrite({ mutation, namespace }: ProxiedRequest): boolean {
  return mutation !== undefined && namespace !== undefined;
}

/** Of a Lease that is there: what every process does anew, so one that died of it each time would get nowhere. */
function isRenewal({ resource, verb }: ProxiedRequest): boolean {
  return resource === leases.plural && verb === 'update';
}

function there<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Error('it is not there yet: ask for it within a test');
  return thing;
}
