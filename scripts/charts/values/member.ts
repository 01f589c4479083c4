import { z } from 'zod';
import { memberSettings } from '#src/config/member.ts';
import { commonValues } from './common.ts';
import { image, name, nameOrEmpty, orEmpty, piece, placement, port } from './kubernetes.ts';

const text = z.string();

/** What a person may say to the chart of a member. */
export const memberValues = z.strictObject({
  ...commonValues,
  clusterId: orEmpty(memberSettings.clusterId.schema),
  hub: z.strictObject({
    existingSecret: nameOrEmpty,
    url: text.meta({ pattern: '^(https://.+)?$' }),
    kubeconfigKey: text.min(1),
    tokenKey: text.min(1),
    caKey: text.min(1),
    context: text,
    renewToken: z.boolean(),
  }),
  leaseInterval: memberSettings.leaseInterval.schema,
  namespaceSelector: text,
  headlessDerivedService: z.boolean(),
  acceptClustersetUid: text,
  clustersetId: text,
  dns: z.strictObject({
    mode: z.enum(['manual', 'native-block', 'forward']),
    domain: name,
    ttl: z.number().meta({ type: 'integer', minimum: 0, maximum: 3600 }),
    nativeBlock: z.strictObject({
      configMap: name,
      namespace: name,
      key: text.meta({ pattern: '^[-._a-zA-Z0-9]+$' }),
      port,
      serviceAccount: z.strictObject({ name, namespace: name }),
    }),
    forward: z.strictObject({
      replicaCount: z.number().meta({ type: 'integer', minimum: 0 }),
      image,
      clusterIP: text,
      resources: piece,
      ...placement,
    }),
  }),
});
