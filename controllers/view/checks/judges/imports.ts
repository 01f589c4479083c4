import { isForeign, isOurs } from '#controllers/import/ownership.ts';
import { readSources } from '#controllers/import/service/sources.ts';
import { exportingNamespaces, placeOfService } from '#controllers/membership/places.ts';
import {
  type CheckInput,
  type HubLook,
  type Judge,
  judged,
  rowOf,
  type Verdict,
  wrongWhere,
} from '../look.ts';

export const IMPORT_JUDGES: Readonly<Record<string, Judge>> = {
  TB040: ({ member: { imports } }) =>
    judged(imports, (rows) =>
      wrongWhere(
        rows
          .filter(({ ready }) => ready.status !== 'True')
          .map(({ namespace, name, ready: { reason, message } }) => {
            const why = reason === '' ? 'no agent has said anything of it yet' : `${reason}: ${message}`;
            return `${namespace}/${name}: ${why}`;
          }),
      ),
    ),

  TB041: ({ member: { imports } }) =>
    judged(imports, (rows) =>
      wrongWhere(
        rows
          .filter(({ endpoints }) => endpoints.ready === 0)
          .map(
            ({ namespace, name, clusters }) => `${namespace}/${name} of ${clusters.join(', ') || 'nobody'}`,
          ),
      ),
    ),

  TB042: orphans,
  TB043: inTheWay,
  TB044: absentNamespaces,
};

function orphans({ member, hub }: CheckInput): Verdict {
  return judged(hub, (found) =>
    judged(member.serviceImports, (imports) => {
      const held = recorded(found);
      return wrongWhere(
        imports.filter(isOurs).flatMap((object) => {
          const name = `${object.metadata.namespace}/${object.metadata.name}`;
          return [...readSources(object).keys()]
            .filter((cluster) => !held.has(`${cluster}/${name}`))
            .map((cluster) => `${name} of ${cluster}`);
        }),
      );
    }),
  );
}

function inTheWay({ member, hub }: CheckInput): Verdict {
  return judged(hub, (found) =>
    judged(member.serviceImports, (imports) => {
      const exported = new Set([...recorded(found)].map((key) => key.slice(key.indexOf('/') + 1)));
      return wrongWhere(
        imports
          .filter(isForeign)
          .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
          .filter((name) => exported.has(name))
          .map((name) => `ServiceImport ${name} was made by somebody else`),
      );
    }),
  );
}

function absentNamespaces({ member, hub }: CheckInput): Verdict {
  return judged(hub, (found) =>
    judged(member.namespaces, (namespaces) => {
      const self = rowOf(found, member)?.name ?? '';
      const exported = new Set(exportingNamespaces(found.services, self));
      return wrongWhere([...exported].filter((name) => !namespaces.includes(name)).sort());
    }),
  );
}

/** `<cluster>/<namespace>/<service>` of every record. */
function recorded({ services }: HubLook): Set<string> {
  return new Set(
    services.flatMap((record) => {
      const place = placeOfService(record);
      return place === undefined ? [] : [`${place.cluster}/${place.namespace}/${place.service}`];
    }),
  );
}
