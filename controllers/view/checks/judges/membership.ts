import { CLUSTER_ID_PROPERTY } from '#apis/kubernetes/cluster-property.ts';
import { age } from '#src/cli/output/age.ts';
import { memberTrouble } from '../../members.ts';
import {
  type CheckInput,
  type Judge,
  judged,
  NO_HUB,
  rowOf,
  type Verdict,
  WELL,
  wrongWhere,
} from '../look.ts';

/** Renewed every ten seconds: what is older has missed several. */
const STALE_MS = 60_000;
/** Certificates and tokens are refused at a few minutes; logs cannot be compared long before. */
const CLOCKS_APART_MS = 30_000;

export const MEMBERSHIP_JUDGES: Readonly<Record<string, Judge>> = {
  TB020: ({ hub }) => ('why' in hub ? unread(hub.why) : WELL),
  TB021: claimed,
  TB022: fresh,
  TB023: clocks,
  TB024: property,
};

/** A hub that was not named is no fault. */
function unread(why: string): Verdict {
  return why === NO_HUB ? { is: 'unknown', why } : { is: 'wrong', lines: [why] };
}

function claimed({ member, hub }: CheckInput): Verdict {
  return judged(hub, (found) => {
    const { uid } = member;
    if (uid === undefined) return { is: 'unknown', why: 'namespace kube-system cannot be read' };
    const row = rowOf(found, member);
    if (row === undefined) return wrongWhere([`no Member is claimed by this cluster (${uid})`]);
    if (row.removed) return wrongWhere([`${row.name} was removed: its spec.removed names this cluster`]);
    const { status, reason, message } = row.claimed;
    return wrongWhere(status === 'True' ? [] : [`${row.name}: ${reason}: ${message}`]);
  });
}

function fresh({ member, hub, now }: CheckInput): Verdict {
  return judged(hub, (found) => {
    const row = rowOf(found, member);
    if (row === undefined) return { is: 'unknown', why: 'no Member is claimed by this cluster' };
    const trouble = memberTrouble(row);
    if (trouble === row.reachable && trouble.status !== 'True') {
      return wrongWhere([`${row.name}: ${trouble.reason}: ${trouble.message}`]);
    }
    if (row.reported === undefined)
      return { is: 'unknown', why: 'its Lease cannot be read, or is not there' };
    // The Lease has the member's own time on it, and this machine's may be off from that.
    const silent = (member.serverTime ?? now) - Date.parse(row.reported);
    return wrongWhere(
      silent > STALE_MS ? [`${row.name} renewed its Lease ${age(row.reported, now)} ago`] : [],
    );
  });
}

function clocks({ member: { serverTime }, hub }: CheckInput): Verdict {
  return judged(hub, (found) => {
    if (serverTime === undefined || found.serverTime === undefined) {
      return { is: 'unknown', why: 'an API server does not tell its time' };
    }
    const apart = Math.round((serverTime - found.serverTime) / 1000);
    const word = apart > 0 ? 'ahead of' : 'behind';
    const line = `the clock of this cluster is ${Math.abs(apart)} s ${word} the hub's`;
    return wrongWhere(Math.abs(apart) * 1000 > CLOCKS_APART_MS ? [line] : []);
  });
}

function property({ member, hub }: CheckInput): Verdict {
  return judged(member.properties, (found) => {
    const id = found.find(({ metadata }) => metadata.name === CLUSTER_ID_PROPERTY)?.spec?.value;
    if (id === undefined) return WELL;
    return judged(hub, (known) => {
      const row = rowOf(known, member);
      if (row === undefined || row.name === id) return WELL;
      return wrongWhere([
        `ClusterProperty ${CLUSTER_ID_PROPERTY} is ${JSON.stringify(id)}, the hub knows this cluster as ${row.name}`,
      ]);
    });
  });
}
