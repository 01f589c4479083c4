import { clusterSets, type IClusterSet } from '#apis/hub/cluster-set.ts';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { members } from '#apis/hub/member.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import { leases } from '#apis/kubernetes/lease.ts';
import { apiVersionOf, type KubeObject } from '#apis/meta.ts';
import type { Milliseconds } from '#src/runtime/clock.ts';
import { type ControllerSpec, watch } from '#src/runtime/controller.ts';
import type { EventNote, EventRecorder } from '#src/runtime/events.ts';
import { raiseFloor } from './floor.ts';
import type { HubCaches } from './hub-caches.ts';
import type { Sequences } from './sequence.ts';
import { STATE_LEASE_NAME, type StateStore } from './state.ts';
import type { Watched } from './watching.ts';

/** The one key of membership.identity. */
export const IDENTITY_KEY = 'clusterset';

export interface IdentityDeps {
  hub: Pick<HubCaches, 'identity' | 'turn' | 'doubt' | 'distrust' | 'whoAnswers'>;
  state: StateStore;
  sequences: Sequences;
  events: EventRecorder;
  /** The agent's own namespace: what concerns the agent as a whole is noted on its Lease there. */
  agentNamespace: string;
  watched: { clusterSets: Watched<IClusterSet> };
}

/**
 * Watches of another hub stay open on that one when its address is set right: the kubeconfig is read with the next
 * request, which would be minutes away.
 */
const ASK_FOREIGN_EVERY: Milliseconds = 10_000;

/** Accepts the ClusterSet that this agent belongs to, and says so when the hub shows another one. */
export function newIdentityController(deps: IdentityDeps): ControllerSpec {
  const { hub, state } = deps;
  let said: string | undefined;
  /** UID of a ClusterSet that is being accepted; others have not been told yet. */
  let accepting: string | undefined;
  return {
    name: 'membership.identity',
    watches: [watch(deps.watched.clusterSets, () => [IDENTITY_KEY])],
    permissions: [
      {
        on: 'hub',
        scope: 'cluster',
        apiGroups: [clusterSets.group],
        resources: [clusterSets, members, memberReports, exportedServices, exportedEndpointSlices].map(
          ({ plural }) => plural,
        ),
        verbs: ['list', 'watch'],
      },
      {
        on: 'member',
        scope: 'agent-namespace',
        apiGroups: [leases.group],
        resources: [leases.plural],
        verbs: ['get', 'update'],
        resourceNames: [STATE_LEASE_NAME],
      },
      {
        on: 'member',
        scope: 'agent-namespace',
        apiGroups: [leases.group],
        resources: [leases.plural],
        // A create cannot be bound to a name.
        verbs: ['create'],
      },
    ],
    workers: 1,
    async reconcile(_key, { signal, log }) {
      if (state.current === undefined) {
        await state.load(signal);
        hub.turn();
      }
      const verdict = hub.identity;
      if (verdict.is === 'foreign') {
        hub.distrust();
        if (verdict.uid === said) await seeWhoAnswers(hub, verdict, signal);
        else {
          said = verdict.uid;
          log.error({ clusterSetUID: verdict.uid, why: verdict.why }, 'the hub is not the known one');
          deps.events.record(foreignHub(deps.agentNamespace, verdict.why));
        }
        return { requeueAfter: ASK_FOREIGN_EVERY };
      }
      said = undefined;
      if (verdict.is === 'accept') {
        const { uid, why } = verdict;
        accepting = uid;
        // Whatever lies on a hub that is new to us was vouched for on another one, and its versions are others.
        await raiseFloor(deps, signal, {
          change: (known) => ({ ...known, clusterSetUID: uid, hubLeaseVersion: '' }),
        });
        log.info({ clusterSetUID: uid, why }, 'accepted the ClusterSet of the hub');
      }
      // A write whose reply was lost may have been committed: the attempt after it finds nothing left to accept.
      const accepted = verdict.is === 'accept' || verdict.is === 'accepted' ? verdict.uid : undefined;
      if (accepting === undefined || accepting !== accepted) return undefined;
      accepting = undefined;
      // Whatever was doubtful about another hub is so no more.
      hub.doubt();
      hub.turn();
      return undefined;
    },
  };
}

/** No answer is no news: the informers report outages. */
async function seeWhoAnswers(hub: IdentityDeps['hub'], { uid }: { uid: string }, signal: AbortSignal) {
  const answers = await hub.whoAnswers(signal).catch(() => uid);
  if (answers !== uid) hub.doubt();
}

function foreignHub(namespace: string, message: string): EventNote {
  const about: KubeObject = {
    apiVersion: apiVersionOf(leases),
    kind: leases.kind,
    metadata: { namespace, name: STATE_LEASE_NAME },
  };
  return { about, type: 'Warning', reason: 'ForeignHub', message };
}
