import { createTypeMetaGuard, Model, type TypeMeta } from '@kubernetes-models/base';
import { apiVersionOf, type Condition, type KubeObject, type ObjectMeta, type Resource } from '../meta.ts';
import { typed, type Untyped } from '../typed.ts';

/** How the resolver orders exporters (DESIGN.md 5). */
export type PrecedenceMode = 'ExportTime' | 'HubTime';

/** What an importing member does with the endpoints of an unreachable member. */
export type StalenessAction = 'Keep' | 'Withdraw';

/** Which namespaces may travel. System namespaces are denied unless listed in `allow`. */
export interface NamespaceRules {
  /** Exact names, or a prefix followed by `*`; denied besides the built-in system namespaces. */
  deny?: string[];
  /** Exact names that are allowed although a built-in or `deny` rule denies them. */
  allow?: string[];
}

/** The set's identity and the rules that every member resolves by. A singleton named `clusterset`. */
export interface IClusterSet extends KubeObject {
  spec?: {
    precedence?: PrecedenceMode;
    namespaces?: NamespaceRules;
    /** What becomes of the endpoints of a member that is no longer heard of; DEFAULT_STALENESS where it is silent. */
    staleness?: {
      /** How long its Lease may stay unchanged; 0: for ever. */
      graceSeconds?: number;
      headless?: StalenessAction;
      clusterSetIP?: StalenessAction;
    };
    /** UIDs of ClusterSets that this one stands in for after a rebuild. */
    replaces?: string[];
    resolverVersion?: number;
  };
  status?: { conditions?: Condition[] };
}

export const CLUSTER_SET_NAME = 'clusterset';

/** Fields of its spec that a person states of a set that runs: no declaration repeats them. */
export const CLUSTER_SET_STATEMENTS = ['replaces'] as const satisfies (keyof NonNullable<
  IClusterSet['spec']
>)[];

/**
 * The staleness policy of a set that states none. Members of a headless quorum may be alive though their agent is
 * not, and whoever asks for one by name wants that one; behind a clusterset IP others can take over.
 */
export const DEFAULT_STALENESS = {
  graceSeconds: 300,
  headless: 'Keep',
  clusterSetIP: 'Withdraw',
} as const satisfies NonNullable<NonNullable<IClusterSet['spec']>['staleness']>;

/** What the API server puts in where nothing is said; the CRD's. */
export const CLUSTER_SET_DEFAULTS: NonNullable<IClusterSet['spec']> = {
  precedence: 'ExportTime',
  resolverVersion: 1,
};

export const clusterSets: Resource<IClusterSet> = {
  group: 'hub.tombolo.dev',
  version: 'v1alpha1',
  plural: 'clustersets',
  kind: 'ClusterSet',
  namespaced: false,
};

/** Builds a complete ClusterSet from its parts; `is` tells one from other JSON by apiVersion and kind. */
export class ClusterSet extends Model<IClusterSet> implements IClusterSet, TypeMeta {
  static readonly apiVersion = apiVersionOf(clusterSets);
  static readonly kind = clusterSets.kind;
  static readonly is = createTypeMetaGuard<IClusterSet & TypeMeta>(ClusterSet);
  declare apiVersion: string;
  declare kind: string;
  declare metadata: ObjectMeta;
  declare spec?: NonNullable<IClusterSet['spec']>;
  declare status?: NonNullable<IClusterSet['status']>;

  constructor(data: Untyped<IClusterSet>) {
    super(typed(clusterSets, data));
  }
}
