import { z } from 'zod';

/** A piece of a Kubernetes object: the API server checks it, and knows more fields than we do. */
export const piece = z.looseObject({});
export const pieces = z.array(piece);

/** Labels, annotations, node selectors. */
export const strings = z.record(z.string(), z.string());

/** A name, or nothing. */
export const nameOrEmpty = z
  .string()
  .meta({ pattern: '^([a-z0-9]([a-z0-9.-]*[a-z0-9])?)?$', maxLength: 253 });
export const name = z.string().meta({ pattern: '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$', maxLength: 253 });

export const port = z.number().meta({ type: 'integer', minimum: 1, maximum: 65_535 });

/** A number or a percentage of pods; empty: not given. */
export const amount = z.union([
  z.number().meta({ type: 'integer', minimum: 0 }),
  z.string().meta({ pattern: '^(\\d{1,3}%)?$' }),
]);

/** Which image, and how it is pulled. */
export const image = z.strictObject({
  registry: z.string(),
  repository: z.string().min(1),
  tag: z.string(),
  digest: z.string().meta({ pattern: '^(sha256:[a-f0-9]{64})?$' }),
  pullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']),
});

/** Where the pods of a Deployment may run. */
export const placement = {
  priorityClassName: nameOrEmpty,
  nodeSelector: strings,
  tolerations: pieces,
  affinity: piece,
  topologySpreadConstraints: pieces,
};

/** A setting that a chart may leave empty: then `required`, or the program, says what is missing. */
export function orEmpty(schema: z.ZodType): z.ZodType {
  return z.union([z.literal(''), schema]);
}
