import {
  CLUSTER_SET_DEFAULTS,
  CLUSTER_SET_NAME,
  CLUSTER_SET_STATEMENTS,
  clusterSets,
  type IClusterSet,
} from '#apis/hub/cluster-set.ts';
import { type IMember, MEMBER_STATEMENTS, members } from '#apis/hub/member.ts';
import type { KubeObject } from '#apis/meta.ts';
import type { Informer, Writer } from '#src/cache/contract.ts';
import type { Declaration } from '#src/config/declaration.ts';
import { type ControllerSpec, type ReconcileContext, watch } from '#src/runtime/controller.ts';
import { declaredSpec } from './declared.ts';

type Cache<T extends KubeObject> = Pick<Informer<T>, 'get' | 'addListener' | 'resource'>;

interface Kind<T extends KubeObject> {
  cache: Cache<T>;
  writer: Writer<T>;
}

export interface DeclarationDeps {
  declaration: Declaration;
  clusterSets: Kind<IClusterSet>;
  members: Kind<IMember>;
}

/** Keys of the loop; a member may be called like the ClusterSet. */
const SET = 'set';
const MEMBER = 'member/';

/**
 * Keeps the ClusterSet and the Members as they were declared: a chart cannot bring objects of kinds that it brings.
 * It deletes nothing: that a name is declared no more does not say that the cluster is gone (DESIGN.md 4a).
 */
export function newHubDeclarationController(deps: DeclarationDeps): ControllerSpec {
  const { declaration, ...kinds } = deps;
  const declared = [
    ...(declaration.clusterSet === undefined ? [] : [SET]),
    ...[...declaration.members.keys()].map((id) => `${MEMBER}${id}`),
  ];
  const ifDeclared = (key: string) => (declared.includes(key) ? [key] : []);
  const nameOf = (before?: KubeObject, after?: KubeObject) => (after ?? before)?.metadata.name ?? '';
  return {
    name: 'hub.declaration',
    watches: [
      watch(kinds.clusterSets.cache, (before, after) =>
        nameOf(before, after) === CLUSTER_SET_NAME ? ifDeclared(SET) : [],
      ),
      watch(kinds.members.cache, (before, after) => ifDeclared(`${MEMBER}${nameOf(before, after)}`)),
      // What is not there yet brings no event.
      {
        resource: 'declaration',
        attach: (enqueue) => declared.forEach((key) => void enqueue(key, 'backlog')),
      },
    ],
    permissions: [
      {
        on: 'hub',
        scope: 'cluster',
        apiGroups: [members.group],
        resources: [clusterSets.plural, members.plural],
        verbs: ['get', 'list', 'watch', 'create', 'update'],
      },
    ],
    async reconcile(key, context) {
      if (key === SET) {
        const current = kinds.clusterSets.cache.get(CLUSTER_SET_NAME);
        const spec = declaredSpec(current?.spec, declaration.clusterSet ?? {}, {
          defaults: CLUSTER_SET_DEFAULTS,
          statements: CLUSTER_SET_STATEMENTS,
        });
        const wanted = spec && { ...(current ?? { metadata: { name: CLUSTER_SET_NAME } }), spec };
        await write(kinds.clusterSets, current, wanted, context);
      } else {
        const id = key.slice(MEMBER.length);
        const current = kinds.members.cache.get(id);
        const declared = declaration.members.get(id) ?? {};
        const spec = declaredSpec(current?.spec, declared, { defaults: {}, statements: MEMBER_STATEMENTS });
        const wanted = spec && { ...(current ?? { metadata: { name: id } }), spec };
        await write(kinds.members, current, wanted, context);
      }
      return undefined;
    },
  };
}

async function write<T extends KubeObject>(
  { cache, writer }: Kind<T>,
  current: T | undefined,
  wanted: T | undefined,
  { signal, log }: ReconcileContext,
): Promise<void> {
  if (wanted === undefined) return;
  const fields = { kind: cache.resource.kind, name: wanted.metadata.name };
  if (current === undefined) {
    await writer.create(wanted, { signal });
    log.info(fields, 'created as declared');
  } else {
    await writer.update(wanted, { signal });
    log.info(fields, 'changed as declared');
  }
}
