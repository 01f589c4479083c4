import type { PrecedenceMode } from '#apis/hub/cluster-set.ts';
import type { Endpoint, EndpointPort } from '#apis/kubernetes/endpoint-slice.ts';
import type { IService } from '#apis/kubernetes/service.ts';

/** The members of every history. All but the last know both IP families. */
export const MEMBERS = ['bjpdc', 'shbt', 'zzzc'] as const;
export type MemberId = (typeof MEMBERS)[number];
export const SERVICES = ['db', 'web'] as const;
export type ServiceName = (typeof SERVICES)[number];
export const SLICES = ['x', 'y'] as const;
export type SliceName = (typeof SLICES)[number];

/** What users, tenants and admins do. Each works, or does nothing, whatever was left out before it. */
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
  /** Everything of one kind that a member has on the hub is deleted there by slip. */
  | { do: 'slip'; at: MemberId; what: 'report' | 'services' | 'slices' }
  | { do: 'precedence'; mode: PrecedenceMode }
  | { do: 'deny' | 'allow' }
  | { do: 'forbid' | 'permit'; at: MemberId }
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
  | { fault: 'cut lists'; at: MemberId; link: LinkEnd; bytes: number };

/** What goes wrong; it is over `lasts` steps later, at the end of the script at the latest. */
export type Fault =
  | LinkFault
  /** The agent dies: at once, or when its n-th write from now on has been committed and its reply has not come. */
  | { fault: 'kill'; at: MemberId; afterWrite?: number }
  /** It is stopped as a rollout does, and started again. */
  | { fault: 'stop'; at: MemberId }
  /** Another agent of the same member runs beside it. */
  | { fault: 'twin'; at: MemberId }
  | { fault: 'no hub controller' };

export type Step = { pauseMs: number } & (Operation | (Fault & { lasts: number }));

/** What a history is; the same seed gives the same one. */
export interface Script {
  seed: number;
  steps: readonly Step[];
}

export function isFault(step: Step): step is Step & Fault & { lasts: number } {
  return 'fault' in step;
}

/** One line a step, as it can be read again. */
export function printScript({ seed, steps }: Script): string {
  return [`seed ${seed}, ${steps.length} steps`, ...steps.map((step) => `  ${JSON.stringify(step)}`)].join(
    '\n',
  );
}
