import { isDeepStrictEqual } from 'node:util';
import type { IService } from '#apis/kubernetes/service.ts';
import { UNSUPPORTED_ANNOTATION } from '#apis/labels.ts';
import type { ObjectMeta } from '#apis/meta.ts';

/** Fields that a Service can do without, and their values. */
export type Unsupported = Pick<NonNullable<IService['spec']>, (typeof DISPENSABLE)[number]>;

const DISPENSABLE = [
  'sessionAffinity',
  'sessionAffinityConfig',
  'internalTrafficPolicy',
  'trafficDistribution',
] as const;

/** Of the fields that a Service should have, those that it was refused with before. */
export function unsupportedOn(existing: ObjectMeta | undefined, wished: Unsupported): Unsupported {
  const refused = parse(existing?.annotations?.[UNSUPPORTED_ANNOTATION]);
  return pick(wished, (field) => field in refused && isDeepStrictEqual(refused[field], wished[field]));
}

/** The annotation's text; undefined where there is nothing to say. */
export function formatUnsupported(fields: Unsupported): string | undefined {
  return Object.keys(fields).length > 0 ? JSON.stringify(fields) : undefined;
}

/** For people: `trafficDistribution PreferSameNode`; undefined where all is supported. */
export function describeUnsupported({ metadata }: IService): string | undefined {
  const refused = parse(metadata.annotations?.[UNSUPPORTED_ANNOTATION]);
  const shown = DISPENSABLE.filter((field) => field in refused).map((field) => {
    const value = refused[field];
    return `${field} ${typeof value === 'string' ? value : JSON.stringify(value)}`;
  });
  return shown.length > 0 ? shown.join(', ') : undefined;
}

/** The dispensable fields of a Service that the API server objected to, by the causes it gave. */
export function dispensableOf(service: IService, refusedFields: readonly string[]): Unsupported {
  return pick(service.spec ?? {}, (field) =>
    refusedFields.some((refused) => refused === `spec.${field}` || refused.startsWith(`spec.${field}.`)),
  );
}

/** The Service without these fields, and with a note of them beside what was noted before. */
export function giveUp(service: IService, fields: Unsupported): IService {
  const { annotations } = service.metadata;
  const noted = formatUnsupported({ ...parse(annotations?.[UNSUPPORTED_ANNOTATION]), ...fields });
  return {
    ...service,
    metadata: {
      ...service.metadata,
      annotations: { ...annotations, ...(noted !== undefined && { [UNSUPPORTED_ANNOTATION]: noted }) },
    },
    spec: Object.fromEntries(
      Object.entries(service.spec ?? {}).filter(([field]) => !Object.hasOwn(fields, field)),
    ),
  };
}

function pick(from: Unsupported, wanted: (field: (typeof DISPENSABLE)[number]) => boolean): Unsupported {
  return Object.fromEntries(
    DISPENSABLE.filter((field) => from[field] !== undefined && wanted(field)).map((field) => [
      field,
      from[field],
    ]),
  );
}

function parse(text: string | undefined): Record<string, unknown> {
  try {
    return Object(JSON.parse(text ?? '{}'));
  } catch {
    return {};
  }
}
