import type { KubeClient } from '#src/kube/client.ts';
import type { PolicyRule } from '../controller.ts';

/** One API server, and the rights that a program needs there. */
export interface RightsToCheck {
  client: Pick<KubeClient, 'request' | 'cluster'>;
  rules: readonly PolicyRule[];
  /** The namespaces that the rules' scopes stand for. */
  namespaces: { 'agent-namespace': string; 'member-namespace': string };
}

/** One right, in the words of the API. */
export interface Right {
  verb: string;
  group: string;
  /** `endpointslices`, or `serviceexports/status`. */
  resource: string;
  /** Undefined: in the whole cluster. */
  namespace: string | undefined;
  name: string | undefined;
}

/** What an identity may not do, though it needs to. */
export interface MissingRights {
  identity: string;
  rights: Right[];
}

/**
 * Asks the API server which of the needed rights are missing, before the first refused call tells it in the
 * words of whatever failed (https://github.com/karmada-io/karmada/pull/2515). Throws where it does not answer.
 */
export async function missingRights(check: RightsToCheck, signal: AbortSignal): Promise<MissingRights> {
  const rights: Right[] = [];
  for (const right of neededRights(check)) if (!(await isAllowed(check, right, signal))) rights.push(right);
  return { identity: rights.length > 0 ? await identityOf(check, signal) : '', rights };
}

/** One line: who may not do what, where. */
export function describeRight({ verb, group, resource, namespace, name }: Right): string {
  const kind = group === '' ? resource : `${resource}.${group}`;
  const object = name === undefined ? kind : `${kind} ${name}`;
  return `${verb} ${object} ${namespace === undefined ? 'in the whole cluster' : `in namespace ${namespace}`}`;
}

/** The single rights of all rules, each once. */
export function neededRights({ rules, namespaces }: Pick<RightsToCheck, 'rules' | 'namespaces'>): Right[] {
  const rights = new Map<string, Right>();
  for (const rule of rules) {
    const namespace = rule.scope === 'cluster' ? undefined : namespaces[rule.scope];
    for (const group of rule.apiGroups) {
      for (const resource of rule.resources) {
        for (const verb of rule.verbs) {
          for (const name of rule.resourceNames ?? [undefined]) {
            const right = { verb, group, resource, namespace, name };
            rights.set(JSON.stringify(right), right);
          }
        }
      }
    }
  }
  return [...rights.values()];
}

/** Whether the API server would let these credentials do it. Throws where it does not answer. */
export async function isAllowed(
  { client }: Pick<RightsToCheck, 'client'>,
  right: Right,
  signal: AbortSignal,
): Promise<boolean> {
  const [resource, subresource] = right.resource.split('/');
  const { verb, group, namespace, name } = right;
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { verb, group, resource, subresource, namespace, name } },
  };
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const reply = await client.request('POST', path, review, { signal });
  return field(field(reply, 'status'), 'allowed') === true;
}

/** Who these credentials are. Older API servers cannot say who is asking. */
export async function identityOf(
  { client }: Pick<RightsToCheck, 'client'>,
  signal: AbortSignal,
): Promise<string> {
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  try {
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const reply = await client.request('POST', path, review, { signal });
    const username = field(field(field(reply, 'status'), 'userInfo'), 'username');
    if (typeof username === 'string') return username;
  } catch {
    // Not worth failing for: the rights are what counts.
  }
  return 'the identity of its kubeconfig';
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
