/** Manifests of what the tests of real nodes put into clusters. */

export const TOOLBOX = 'tombolo.test/toolbox:1';
/** Where the toolbox's pods tell their name. */
export const PORT = 8080;

export const CORE = '/api/v1/namespaces/default';

/** A pod that tells its name on PORT, ready when it does; `container` overrides any default. */
export function namingPod(name: string, container: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: 'main',
          image: TOOLBOX,
          imagePullPolicy: 'IfNotPresent',
          readinessProbe: { tcpSocket: { port: PORT }, periodSeconds: 1 },
          ...container,
        },
      ],
    },
  };
}

/** A Service in front of the pod of that name, in all families that the cluster has. */
export function serviceOf(name: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: {
      selector: { app: name },
      ipFamilyPolicy: 'PreferDualStack',
      ports: [{ port: 80, targetPort: PORT }],
    },
  };
}

/** An import as an importer would write it: only the name and where it leads. */
export function serviceImport(name: string, address: string): object {
  return {
    apiVersion: 'multicluster.x-k8s.io/v1beta1',
    kind: 'ServiceImport',
    metadata: { name },
    spec: { type: 'ClusterSetIP', ips: [address], ports: [{ port: 80, protocol: 'TCP' }] },
  };
}
