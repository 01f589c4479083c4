import { members } from '#apis/hub/member.ts';
import type { JoinBundle } from '#src/install/join-bundle.ts';
import { MEMBER_ACCOUNT } from '#src/install/member.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { connect } from '#src/kube/connect.ts';
import { isUnauthorized } from '#src/kube/errors.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { kubeconfig } from '#test/clusters/kubeconfig.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import type { ClusterSet } from '#test/clusters/start.ts';
import { type Ran, tombolo } from '#test/driver/command-line.ts';
import { eventually } from '#test/driver/eventually.ts';

/** A hub's administrator and somebody who may only look, each with an identity of his own: the audit log tells them apart. */
export const ADMIN = 'hub-admin';
export const READER = 'hub-reader';

/** Somebody at a keyboard before a hub. */
export class HubKeyboard {
  /** Kubeconfigs, as files. */
  readonly files: Readonly<Record<'admin' | 'reader' | 'unreachable' | 'withoutCa', string>>;
  readonly #cache: string;
  readonly #hub: Cluster;

  constructor({ hub, workspace }: ClusterSet) {
    this.#hub = hub;
    this.#cache = workspace.folderFor('compiled');
    const as = (user: string, ...groups: string[]) =>
      workspace.write(`${user}.kubeconfig`, hub.kubeconfigFor({ user, groups }));
    const gone = kubeconfig({ gone: { server: 'https://127.0.0.1:1', credentials: { token: 'none' } } });
    const withoutCa = hub
      .kubeconfigFor({ user: ADMIN, groups: ['system:masters'] })
      .replace(/certificate-authority-data: .*/, 'insecure-skip-tls-verify: true');
    this.files = {
      admin: as(ADMIN, 'system:masters'),
      withoutCa: workspace.write('without-ca.kubeconfig', withoutCa),
      reader: as(READER),
      unreachable: workspace.write('gone.kubeconfig', gone),
    };
  }

  /** Lets READER read everything. */
  async grantReading(): Promise<void> {
    const rbac = '/apis/rbac.authorization.k8s.io/v1';
    const apiGroup = 'rbac.authorization.k8s.io';
    const { admin } = this.#hub;
    await admin.apply(`${rbac}/clusterroles/reader`, {
      apiVersion: `${apiGroup}/v1`,
      kind: 'ClusterRole',
      metadata: { name: 'reader' },
      rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }],
    });
    await admin.apply(`${rbac}/clusterrolebindings/reader`, {
      apiVersion: `${apiGroup}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'reader' },
      roleRef: { apiGroup, kind: 'ClusterRole', name: 'reader' },
      subjects: [{ apiGroup, kind: 'User', name: READER }],
    });
  }

  /** Runs the program with these words; none of them may hold a space. */
  types(line: string, file: string = this.files.admin): Promise<Ran> {
    return tombolo(line.split(' '), { kubeconfig: file, cache: this.#cache }).ended;
  }

  /** What a user has written since, reviews and dry runs apart, as `<verb> <resource> <namespace>/<name>`. */
  async writes(since: number, user: string = ADMIN): Promise<string[]> {
    const entries = await this.#hub.audit.entries({ user, since });
    return entries
      .filter(({ verb, code, group, uri }) => {
        if (!['create', 'update', 'patch', 'delete'].includes(verb) || code >= 300) return false;
        return !/^(authorization|authentication)\.k8s\.io$/.test(group) && !uri.includes('dryRun');
      })
      .map(({ verb, resource, namespace, name }) => `${verb} ${resource} ${namespace}/${name}`);
  }

  /** Exchanges a bundle for the member's own token, as join does. */
  async uses({ token, clusterId }: JoinBundle): Promise<string> {
    const path = `/api/v1/namespaces/member-${clusterId}/serviceaccounts/${MEMBER_ACCOUNT}/token`;
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
    const reply = await this.#bearing(token, (client) => client.request('POST', path, request));
    const answer: { status: { token: string } } = Object(reply);
    return answer.status.token;
  }

  /** Reads what every member may. */
  async reads(token: string): Promise<void> {
    await this.#bearing(token, (client) => client.list(members));
  }

  async #bearing<T>(token: string, use: (client: KubeClient) => Promise<T>): Promise<T> {
    const { server, ca } = this.#hub;
    const text = kubeconfig({ hub: { server, ca, credentials: { token } } });
    const client = connect({ cluster: 'hub', kubeconfig: { text }, clock: systemClock() });
    return use(client).finally(() => client.close());
  }
}

/** What became of each object that a run names, each once. */
export function outcomes({ out }: Ran): Set<string | undefined> {
  const lines = out.trim().split('\n');
  return new Set(lines.map((line) => line.split(' ')[1]));
}

/** Waits until this is refused for its token: an API server goes on taking one that it has taken for 10 s. */
export async function awaitVoid(use: () => Promise<unknown>): Promise<void> {
  await eventually('the token is refused', async () => {
    const error = await use().then(
      () => new Error('it was taken'),
      (refusal: unknown) => refusal,
    );
    if (!isUnauthorized(error)) throw error;
  });
}
