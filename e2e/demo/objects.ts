import { clusterSetIpExpectations, headlessExpectations } from './expectations.ts';
import { askAll } from './questions.ts';
import { replaceObject } from './replace-pod.ts';
import type { Rig } from './rig.ts';
import type { Scene } from './scene.ts';
import { CONTAINER, createDatabase, createWeb, DATABASE, DATABASE_PORT, NAMESPACE, WEB } from './workload.ts';

const WEB_REPLICAS = 2;

/** Pods that are objects only: each member's CoreDNS is asked for every name, over UDP and TCP. */
export function objects({ dns }: Rig): Scene {
  return {
    headings: ['NAME', 'ASKED IN', 'OVER', 'ANSWER', 'EXPECTED'],
    async create(member, replicas) {
      await createDatabase(member, replicas, CONTAINER);
      await createWeb(member, WEB_REPLICAS, CONTAINER);
    },
    replace: replaceObject,
    expects: ({ seen, web }) => [
      ...[...seen].flatMap(([askedIn, pods]) =>
        headlessExpectations(NAMESPACE, DATABASE, DATABASE_PORT, pods).map((one) => ({ ...one, askedIn })),
      ),
      ...clusterSetIpExpectations(NAMESPACE, WEB, web),
    ],
    ask: (wanted) => askAll(wanted, dns),
  };
}
