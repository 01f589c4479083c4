import type { Check } from '../catalogue.ts';

/** Of the agent in its own cluster. */
export const AGENT_CHECKS: readonly Check[] = [
  {
    id: 'TB010',
    title: 'the agent is installed',
    severity: 'error',
    hint: 'install it: tombolo join, or the chart tombolo-member',
    cause: 'there is no Deployment with the label app.kubernetes.io/name=tombolo-member.',
    see: 'kubectl --context CONTEXT get deployments -A -l app.kubernetes.io/name=tombolo-member',
    mend: 'join the cluster.',
    by: ['check'],
  },
  {
    id: 'TB011',
    title: 'the agent runs and is ready',
    severity: 'error',
    hint: "look at the agent's pods and their log",
    cause:
      'its pods do not start, cannot reach their own API server, lack a right or a kind there, or have no usable kubeconfig of the hub.',
    see: 'kubectl --context CONTEXT -n tombolo-system get pods -l app.kubernetes.io/name=tombolo-member',
    mend: 'the log of the pod says what it waits for; /readyz?verbose has it in short.',
    by: ['check'],
  },
  {
    id: 'TB012',
    title: 'agent, hub and this program are at most one minor version apart',
    severity: 'warning',
    hint: 'upgrade what is older',
    cause: 'releases are tried beside the one before them, not beside older ones.',
    see: 'tombolo get clusters --hub-context HUB',
    mend: 'upgrade the hub first, then the members, then this program.',
    by: ['check'],
  },
  {
    id: 'TB013',
    title: 'the agent has the rights that it needs',
    severity: 'error',
    hint: 'apply the roles of this version: tombolo join, or the chart tombolo-member',
    cause: 'roles were edited, or are of an older version than the agent.',
    see: 'kubectl --context CONTEXT auth can-i list endpointslices.discovery.k8s.io --as system:serviceaccount:tombolo-system:tombolo-member -A',
    mend: 'apply the roles again; the agent goes on by itself.',
    by: ['check'],
  },
  {
    id: 'TB014',
    title: "the agent's credential for the hub is not about to expire",
    severity: 'warning',
    hint: 'look why the agent does not renew it: its log names the call',
    cause: 'the agent renews its token before a third of its life is left. Near its end, nobody does.',
    see: 'tombolo check --context CONTEXT',
    mend: 'give the agent its rights on the hub back, or join again with a new invitation.',
    by: ['check'],
  },
];
