import { MemberCondition } from '#apis/hub/conditions.ts';
import type { CheckInput, HubLook, MemberLook } from '#controllers/view/checks/look.ts';
import type { MemberRow } from '#controllers/view/members.ts';

export const NOW = Date.parse('2026-01-01T12:00:00Z');
const SECONDS_AGO = new Date(NOW - 5_000).toISOString();

const row: MemberRow = {
  name: 'zzzc',
  claimed: { status: 'True', reason: MemberCondition.Claimed, message: '' },
  reachable: { status: 'True', reason: 'LeaseRenewed', message: '' },
  reported: SECONDS_AGO,
  agentVersion: '0.1.0',
  clusterUID: 'uid',
  removed: false,
  created: SECONDS_AGO,
};

/** A hub that knows zzzc, of which all is well. */
export function hubLook(more: Partial<HubLook> = {}, ofMember: Partial<MemberRow> = {}): HubLook {
  return {
    context: 'hub',
    serverTime: NOW,
    members: [{ ...row, ...ofMember }],
    leases: [],
    services: [],
    ...more,
  };
}

/** A member on which every check is well. */
export function memberLook(more: Partial<MemberLook> = {}): MemberLook {
  const served = ['v1alpha1', 'v1beta1'];
  const crd = (name: string) => ({
    name: `${name}.multicluster.x-k8s.io`,
    release: 'v0.5.0',
    ours: 'v0.5.0',
    served,
  });
  const container = { image: 'registry.k8s.io/coredns/coredns:v1.12.4' };
  return {
    context: 'zzzc',
    version: { value: 'v1.34.4' },
    uid: 'uid',
    serverTime: NOW,
    crds: { value: [crd('serviceexports'), crd('serviceimports')] },
    namespaces: { value: ['prod', 'kube-system'] },
    agents: {
      value: [
        {
          metadata: { namespace: 'tombolo-system', name: 'tombolo-member', generation: 1 },
          spec: { replicas: 1 },
          status: { observedGeneration: 1, updatedReplicas: 1, availableReplicas: 1 },
        },
      ],
    },
    missingRights: { value: [] },
    credential: { value: { subject: 's', issuedAt: NOW - 3_600_000, expiresAt: NOW + 3_600_000 } },
    installing: { value: [] },
    exports: { value: [] },
    nameless: { value: [] },
    imports: { value: [] },
    serviceImports: { value: [] },
    slices: { value: [] },
    properties: { value: [] },
    dns: {
      value: {
        coredns: {
          metadata: { namespace: 'kube-system', name: 'coredns' },
          spec: { template: { spec: { containers: [container] } } },
        },
        configs: [
          {
            metadata: { namespace: 'kube-system', name: 'coredns' },
            data: { Corefile: 'clusterset.local:53 {\n}\n' },
          },
        ],
        forwarded: false,
        mayRead: { value: true },
      },
    },
    ...more,
  };
}

/** What checks are made on; all is well unless told. */
export function checkInput(
  member: Partial<MemberLook> = {},
  hub: CheckInput['hub'] = { value: hubLook() },
): CheckInput {
  return { member: memberLook(member), hub, domain: 'clusterset.local', version: '0.1.0', now: NOW };
}
