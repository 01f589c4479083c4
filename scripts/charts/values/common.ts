import { z } from 'zod';
import { operation } from '#src/config/common.ts';
import { amount, image, nameOrEmpty, piece, pieces, placement, port, strings } from './kubernetes.ts';

const monitor = z.strictObject({
  enabled: z.boolean(),
  namespace: nameOrEmpty,
  labels: strings,
  interval: z.string(),
  scrapeTimeout: z.string(),
  relabelings: pieces,
  metricRelabelings: pieces,
});

/** What a person may say to both charts. Where the program has a setting for it, its schema is that setting's. */
export const commonValues = {
  // Helm hands `global` down to subcharts, and umbrella charts switch them by `enabled`.
  global: piece,
  enabled: z.boolean(),
  replicaCount: z.number().meta({ type: 'integer', minimum: 0 }),
  leaderElection: z.strictObject({ enabled: z.boolean() }),
  image,
  imagePullSecrets: z.array(z.strictObject({ name: nameOrEmpty })),
  nameOverride: nameOrEmpty,
  fullnameOverride: nameOrEmpty,
  namespaceOverride: nameOrEmpty,
  commonLabels: strings,
  serviceAccount: z.strictObject({
    create: z.boolean(),
    name: nameOrEmpty,
    annotations: strings,
    automount: z.boolean(),
  }),
  rbac: z.strictObject({ create: z.boolean() }),
  crds: z.strictObject({ enabled: z.boolean(), keep: z.boolean() }),
  admissionPolicies: z.strictObject({ enabled: z.boolean() }),
  logLevel: operation.logLevel.schema,
  logFormat: operation.logFormat.schema,
  resources: piece,
  heapPercentage: z.number().meta({ type: 'integer', minimum: 0, maximum: 100 }),
  podSecurityContext: piece,
  securityContext: piece,
  strategy: piece,
  terminationGracePeriodSeconds: z.number().meta({ type: 'integer', minimum: 0 }),
  livenessProbe: piece,
  readinessProbe: piece,
  ...placement,
  podLabels: strings,
  podAnnotations: strings,
  podDisruptionBudget: z.strictObject({ enabled: z.boolean(), minAvailable: amount, maxUnavailable: amount }),
  networkPolicy: z.strictObject({
    enabled: z.boolean(),
    apiServerPorts: z.array(port),
    extraIngress: pieces,
    extraEgress: pieces,
  }),
  metrics: z.strictObject({
    port,
    serviceMonitor: monitor,
    podMonitor: monitor,
    prometheusRule: z.strictObject({ enabled: z.boolean(), namespace: nameOrEmpty, labels: strings }),
    dashboards: z.strictObject({
      enabled: z.boolean(),
      namespace: nameOrEmpty,
      labels: strings,
      annotations: strings,
    }),
  }),
  extraArgs: z.array(z.string()),
  extraEnv: pieces,
  extraVolumes: pieces,
  extraVolumeMounts: pieces,
  extraObjects: z.array(z.union([z.string(), piece])),
};
