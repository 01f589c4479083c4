import type { IService, ServicePort } from '#apis/kubernetes/service.ts';

/** The port that every backend listens on, over TCP and UDP. */
export const BACKEND_PORT = 8080;
/** How its container calls it. */
export const BACKEND_PORT_NAME = 'answers';

/** What a Service of the suite has unless a spec says otherwise. */
export const HTTP: ServicePort = { name: 'http', port: 80, protocol: 'TCP', targetPort: BACKEND_PORT };
/** The same number over the other protocol, which is another port. */
export const DATAGRAMS: ServicePort = { ...HTTP, name: 'datagrams', protocol: 'UDP' };

/** What a Service is made with. */
export type ServiceSpec = NonNullable<IService['spec']> & { externalName?: string };

interface PodSpec {
  containers: unknown[];
  nodeName?: string;
  [field: string]: unknown;
}

/**
 * Answers each TCP connection and each datagram with answerOf() the pod and a newline. Runs in any image with sh and
 * socat; one socket serves both families where the pod has both.
 */
const SERVE = `
if [ -e /proc/net/if_inet6 ]; then any=6 both=,ipv6only=0; else any=4 both=; fi
socat "UDP$any-RECVFROM:$PORT$both,fork" SYSTEM:'echo "$WHO"' &
exec socat "TCP$any-LISTEN:$PORT$both,fork,reuseaddr,backlog=128" SYSTEM:'echo "$WHO"'
`;

/** What a backend answers: nobody else does. */
export function answerOf(cluster: string, namespace: string, pod: string): string {
  return `${cluster}/${namespace}/${pod}`;
}

export interface BackendOptions {
  image: string;
  /** The cluster's id, which is part of each answer. */
  cluster: string;
  /** False: it runs, and never becomes Ready. */
  ready: boolean;
}

/** The spec of a pod that answers with its own name. Ready once it listens. */
export function backend({ image, cluster, ready }: BackendOptions): PodSpec {
  const listens = { tcpSocket: { port: BACKEND_PORT }, periodSeconds: 1, failureThreshold: 100 };
  const never = { exec: { command: ['false'] }, periodSeconds: 60 };
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name: 'backend',
        image,
        imagePullPolicy: 'IfNotPresent',
        command: ['sh', '-c', SERVE],
        ports: [{ name: BACKEND_PORT_NAME, containerPort: BACKEND_PORT }],
        env: [
          { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
          { name: 'WHO', value: answerOf(cluster, '$(NAMESPACE)', '$(POD)') },
          { name: 'PORT', value: String(BACKEND_PORT) },
        ],
        // A probe of its own for the start: nothing has to be asked again later.
        startupProbe: listens,
        ...(!ready && { readinessProbe: never }),
      },
    ],
  };
}

/** A Service in front of the pods of its name, in every family that the cluster has. */
export function serviceFor(namespace: string, name: string, spec: ServiceSpec = {}): IService {
  const external = spec.type === 'ExternalName';
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name },
    spec: {
      ports: [HTTP],
      ...(!external && { selector: { app: name }, ipFamilyPolicy: 'PreferDualStack' }),
      ...spec,
    },
  };
}
