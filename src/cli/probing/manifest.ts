import type { KubeObject, Resource } from '#apis/meta.ts';
import { PART_OF } from '#src/install/manifest.ts';
import type { ProbeSpec } from '#src/probe/spec.ts';

/** The parts of a v1 Pod that a probe writes and waits for. */
export interface ProbePod extends KubeObject {
  spec?: Record<string, unknown>;
  status?: {
    phase?: string;
    message?: string;
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
    containerStatuses?: { state?: { waiting?: { reason?: string; message?: string } } }[];
  };
}

export const probePods: Resource<ProbePod> = {
  group: '',
  version: 'v1',
  plural: 'pods',
  kind: 'Pod',
  namespaced: true,
};

/** What a probe's pod is made of. */
export interface ProbePodOptions {
  namespace: string;
  name: string;
  image: string;
  imagePullPolicy: string;
  spec: ProbeSpec;
  /** How long it may be there at all. */
  deadlineSeconds: number;
}

/** One try, no credentials, and the restricted Pod Security Standard, whatever the namespace asks for. */
export function probePod(options: ProbePodOptions): ProbePod {
  const { namespace, name, image, imagePullPolicy, spec, deadlineSeconds } = options;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels: { ...PART_OF, 'app.kubernetes.io/name': 'tombolo-probe' } },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      activeDeadlineSeconds: deadlineSeconds,
      terminationGracePeriodSeconds: 0,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65532,
        runAsGroup: 65532,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: 'probe',
          image,
          imagePullPolicy,
          args: ['__probe', JSON.stringify(spec)],
          resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    },
  };
}

/** Why a pod will not run without somebody's doing; undefined: it may yet. */
export function whyStuck({ status }: ProbePod): string | undefined {
  const waiting = status?.containerStatuses
    ?.map(({ state }) => state?.waiting)
    .find((state) => state?.reason);
  const { reason = '', message = '' } = waiting ?? {};
  const stuck = /^(ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName|Create.*Error)$/;
  if (stuck.test(reason)) return [reason, message].filter(Boolean).join(': ');
  if (status?.phase === 'Failed') return status.message ?? 'it ended with an error';
  return undefined;
}

/** What a pod that has not run yet waits for. */
export function whatFor({ status }: ProbePod): string {
  const unscheduled = status?.conditions?.find(
    ({ type, status: value }) => type === 'PodScheduled' && value === 'False',
  );
  if (unscheduled !== undefined) return unscheduled.message ?? 'no node takes it';
  const waiting = status?.containerStatuses?.map(({ state }) => state?.waiting?.reason).find(Boolean);
  return waiting ?? `it is ${status?.phase ?? 'Pending'}; is there a node?`;
}
