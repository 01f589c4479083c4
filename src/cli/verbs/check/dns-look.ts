import { configMaps } from '#apis/kubernetes/config-map.ts';
import { deployments } from '#apis/kubernetes/deployment.ts';
import { services } from '#apis/kubernetes/service.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import type { DnsLook } from '#controllers/view/checks/look.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import { listAll } from '../../clusters/reading.ts';
import type { Target } from '../../clusters/targets.ts';
import { OWN_DNS } from '../trace/dns-servers.ts';
import { asked } from './ask.ts';
import { mayDo } from './reviews.ts';

const NAMESPACE = 'kube-system';
/** Where the doors of docs/dns.md are. */
const CONFIGS = ['coredns', 'coredns-custom'];

/** Looks at the cluster's CoreDNS where a stock installation has it. */
export async function lookAtDns(target: Target): Promise<DnsLook> {
  const { client, timeoutMs } = target;
  const [coredns, own, ...configs] = await Promise.all([
    orAbsent(client.get(deployments, { namespace: NAMESPACE, name: 'coredns' }, { timeoutMs })),
    listAll(target, services, { labelSelector: OWN_DNS }),
    ...CONFIGS.map((name) => orAbsent(client.get(configMaps, { namespace: NAMESPACE, name }, { timeoutMs }))),
  ]);
  const account = {
    namespace: NAMESPACE,
    name: coredns?.spec?.template?.spec?.serviceAccountName ?? 'coredns',
  };
  const { group, plural: resource } = serviceImports;
  const right = { verb: 'list', group, resource, namespace: undefined, name: undefined };
  return {
    coredns,
    configs: configs.filter((config) => config !== undefined),
    forwarded: own.length > 0,
    mayRead: await asked(mayDo(target, account, right)),
  };
}
