import type { Check } from '../catalogue.ts';

/** Of the hub, and of what it holds of each member. */
export const MEMBERSHIP_CHECKS: readonly Check[] = [
  {
    id: 'TB020',
    title: 'the hub is a hub, and its ClusterSet can be read',
    severity: 'error',
    hint: 'name the hub with --hub-context; if it is the hub, run tombolo hub init',
    cause: 'the context leads to another cluster, or ClusterSet clusterset was never made or was removed.',
    see: 'kubectl --context HUB get clusterset clusterset',
    mend: 'run hub init. Members that belonged to another ClusterSet keep what they have until this one names its UID in spec.replaces.',
    by: ['check', 'trace'],
  },
  {
    id: 'TB021',
    title: 'a Member of the hub is claimed by this cluster',
    severity: 'error',
    hint: 'join the cluster, or look whose the id is: tombolo get clusters',
    cause: 'the id is not on the hub, belongs to another cluster, or was removed.',
    see: 'kubectl --context HUB get members -o wide',
    mend: 'hub member add and join; after a cluster was rebuilt, join --take-over and the patch that it prints.',
    by: ['check', 'trace'],
  },
  {
    id: 'TB022',
    title: 'the member is heard of: its Lease is fresh',
    severity: 'error',
    hint: "look at the agent's log: it renews its Lease every few seconds",
    cause: 'the agent does not run, or does not reach the hub.',
    see: 'kubectl --context HUB -n member-CLUSTER get lease tombolo-member -o yaml',
    mend: 'start the agent, or open the way to the hub. Until then other members go by the staleness policy of the set.',
    by: ['check', 'trace'],
  },
  {
    id: 'TB023',
    title: 'the clocks of member and hub agree',
    severity: 'warning',
    hint: 'set the clock of the machine that is off',
    cause: 'tokens and certificates are refused by who believes that they lie in the future or the past.',
    see: 'date -u, on both machines',
    mend: 'let both machines take the time from one source.',
    pre: true,
    by: ['check'],
  },
  {
    id: 'TB024',
    title: "the cluster's own ClusterProperty agrees with its id",
    severity: 'error',
    hint: 'let the agent have the id that the property names, or correct the property',
    cause:
      'about.k8s.io has another id or another set for this cluster than the hub; somebody else may have put the cluster into a set.',
    see: 'kubectl --context CONTEXT get clusterproperties',
    mend: 'decide for one of the two; the agent does not overwrite what is not its own.',
    by: ['check'],
  },
];
