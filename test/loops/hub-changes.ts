import fc from 'fast-check';
import { type ConditionState, mergeConditions, removeConditions } from '#apis/conditions.ts';
import type { MemberCondition } from '#apis/hub/conditions.ts';
import type { IMember } from '#apis/hub/member.ts';
import type { KubeObject } from '#apis/meta.ts';

/** What becomes of an object about this member, whatever the object is by then: one field of it is another. */
export type Change<T> = (cluster: string) => { says: string; to: (held: T) => T };

type Spec<T extends { spec?: object }> = NonNullable<T['spec']>;
type Status = NonNullable<IMember['status']>;

/** One of these values, each of which may depend on the member; undefined: the field is there no more. */
type Values<V> = ((cluster: string) => V | undefined)[];

/** A field of its spec is another, which a server counts. */
export function specified<T extends KubeObject & { spec?: object }, K extends keyof Spec<T> & string>(
  field: K,
  values: Values<Spec<T>[K]>,
): fc.Arbitrary<Change<T>> {
  return fc.constantFrom(...values).map((of) => (cluster) => ({
    says: `has spec.${field} ${JSON.stringify(of(cluster))}`,
    to: (held) => ({
      ...held,
      metadata: { ...held.metadata, generation: (held.metadata.generation ?? 0) + 1 },
      spec: withField<Spec<T>, K>(held.spec ?? {}, field, of(cluster)),
    }),
  }));
}

/** A field of a Member's status is another. */
export function stated<K extends keyof Status>(
  field: K,
  values: Values<Status[K]>,
): fc.Arbitrary<Change<IMember>> {
  return fc.constantFrom(...values).map((of) => (cluster) => ({
    says: `has status.${field} ${JSON.stringify(of(cluster))}`,
    to: (held) => ({ ...held, status: withField(held.status ?? {}, field, of(cluster)) }),
  }));
}

/** A condition of a Member is another. */
export function conditioned(
  type: MemberCondition,
  states: (Omit<ConditionState, 'type' | 'message'> | undefined)[],
): fc.Arbitrary<Change<IMember>> {
  return fc.constantFrom(...states).map((state) => () => ({
    says: `has ${type} ${state?.status}`,
    to: (held) => {
      const current = held.status?.conditions ?? [];
      const conditions =
        state === undefined
          ? removeConditions(current, [type])
          : mergeConditions(current, [{ ...state, type, message: 'Somebody says so.' }], { now: 0 });
      return { ...held, status: { ...held.status, conditions } };
    },
  }));
}

/** Somebody has begun to delete it, and it waits for others; or somebody labels it, which means nothing to anybody. */
export function marked<T extends KubeObject>(): fc.Arbitrary<Change<T>> {
  const marks = [{ deletionTimestamp: '2026-01-01T00:00:00Z' }, { labels: { seen: 'yes' } }];
  return fc.constantFrom(...marks).map((mark) => () => ({
    says: `has ${Object.keys(mark)}`,
    to: (held) => ({ ...held, metadata: { ...held.metadata, ...mark } }),
  }));
}

function withField<T extends object, K extends keyof T>(held: T, field: K, value: T[K] | undefined): T {
  const copy = { ...held };
  if (value === undefined) delete copy[field];
  else copy[field] = value;
  return copy;
}
