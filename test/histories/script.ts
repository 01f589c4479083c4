import type { PrecedenceMode } from '#apis/hub/cluster-set.ts';
import type { Endpoint, EndpointPort } from '#apis/kubernetes/endpoint-slice.ts';
import type { IService } from '#apis/kubernetes/service.ts';
import type { RevisionMode } from '#test/clusters/provider.ts';

/** The members of every history. All but the last know both IP families. */
export const MEMBERS = ['bjpdc', 'shbt', 'zzzc'] as const;
export type MemberId = (typeof MEMBERS)[number];
export const SERVICES = ['db', 'web'] as const;
export type ServiceName = (typeof SERVICES)[number];
export const SLICES = ['x', 'y'] as const;
export type SliceName = (typeof SLICES)[number];

/**
 * What users and tenants do, and admins about their namespace alone. Each works, or does nothing, whatever was left
 * out before it.
 */
export type Operation =
  | { do: 'service'; at: MemberId; service: ServiceName; spec: NonNullable<IService['spec']> }
  | { do: 'no service'; at: MemberId; service: ServiceName }
  | { do: 'export'; at: MemberId; service: ServiceName; labels?: Record<string, string> }
  | { do: 'no export'; at: MemberId; service: ServiceName }
  | {
      do: 'slice';
      at: MemberId;
      service: ServiceName;
      slice: SliceName;
      addressType: 'IPv4' | 'IPv6' | 'FQDN';
      ports: EndpointPort[];
      endpoints: Endpoint[];
    }
  | { do: 'no slice'; at: MemberId; service: ServiceName; slice: SliceName }
  | { do: 'namespace goes' | 'namespace comes'; at: MemberId }
  /** Somebody lays hands on what was imported. */
  | { do: 'tamper'; at: MemberId; service: ServiceName; what: 'import' | 'derived' | 'slices' | 'endpoints' }
  | { do: 'deny' | 'allow' }
  | { do: 'forbid' | 'permit'; at: MemberId };

/** What the hub's admin does to all histories of a round at once. */
export type RigOperation =
  /** Everything of one kind that a member has on the hub is deleted there by slip. */
  | { do: 'slip'; at: MemberId; what: 'report' | 'services' | 'slices' }
  | { do: 'precedence'; mode: PrecedenceMode }
  | { do: 'leave' | 'join'; at: MemberId };

/** Between a member's agent and an API server. */
export type LinkEnd = 'hub' | 'own';

/** A fault of the way between an agent and an API server. */
export type LinkFault =
  | { fault: 'refuse' | 'blackhole' | 'reset' | 'stall' | 'expire' | 'cut'; at: MemberId; link: LinkEnd }
  | { fault: 'delay'; at: MemberId; link: LinkEnd; ms: number }
  /** The reply to every n-th write is lost after the commit. */
  | { fault: 'lose replies'; at: MemberId; link: LinkEnd; every: number }
  /** Every n-th request of a kind is answered with a status of the proxy's own. */
  | { fault: 'status'; at: MemberId; link: LinkEnd; to: 'reads' | 'writes'; code: number; every: number }
  | { fault: 'cut lists'; at: MemberId; link: LinkEnd; bytes: number }
  /** Who is content with what a server has at hand gets what was there when the fault began. */
  | { fault: 'stale lists'; at: MemberId; link: LinkEnd };

/** What an agent writes in its own cluster. */
export const WRITTEN = ['serviceimports', 'services', 'endpointslices'] as const;

/** What goes wrong; it is over `lasts` beats later, at the end of the script at the latest. */
export type Fault =
  | LinkFault
  /** The agent dies: at once, or when its n-th write from now on has been committed and its reply has not come. */
  | { fault: 'kill'; at: MemberId; afterWrite?: number }
  /** It is stopped as a rollout does, and started again. */
  | { fault: 'stop'; at: MemberId }
  /** Another agent of the same member runs beside it. */
  | { fault: 'twin'; at: MemberId }
  | { fault: 'no hub controller' }
  /** An API server dies (SIGKILL) and is started again; `compacted`: what it knew of the past is gone by then. */
  | { fault: 'server dies'; server: MemberId | 'hub'; compacted: boolean }
  /** The hub's database is saved, and in the end put back: all that was written there meanwhile has never been. */
  | { fault: 'hub restored'; mode: RevisionMode }
  /** An admission policy refuses what the agent writes of one kind in the namespace of one history. */
  | { fault: 'denied'; at: MemberId; history: number; what: (typeof WRITTEN)[number] };

/**
 * Steps of one beat begin together: first the faults and what concerns all, then each history's own in their order,
 * the histories side by side. When all are done and the longest pause is over, the next beat begins.
 */
export type Step = { beat: number; pauseMs: number } & (
  | (Operation & { history: number })
  | RigOperation
  | (Fault & { lasts: number })
);
export type FaultStep = Step & Fault & { lasts: number };
export type OwnStep = Step & Operation & { history: number };

/**
 * A round: several histories side by side on the same members and hub, each in a namespace of its own, under the same
 * faults. The same first seed gives the same one.
 */
export interface Script {
  /** Of its first history; the n-th has this and n. */
  seed: number;
  steps: readonly Step[];
}

export function isFault(step: Step): step is FaultStep {
  return 'fault' in step;
}

/** Whether a step is of one history, and no fault. */
export function isOwn(step: Step): step is OwnStep {
  return 'history' in step && !isFault(step);
}

/** Positions of the histories that a script plays, ascending. */
export function historiesIn({ steps }: Script): number[] {
  return [...new Set(steps.filter(isOwn).map(({ history }) => history))].sort((a, b) => a - b);
}

/** The steps, beat by beat; a beat without steps is left out. */
export function beatsOf({ steps }: Script): Step[][] {
  return [...Map.groupBy(steps, ({ beat }) => beat)].sort(([a], [b]) => a - b).map(([, of]) => of);
}

/** One line a step, as it can be read again. */
export function printScript({ seed, steps }: Script): string {
  return [`seed ${seed}, ${steps.length} steps`, ...steps.map((step) => `  ${JSON.stringify(step)}`)].join(
    '\n',
  );
}
