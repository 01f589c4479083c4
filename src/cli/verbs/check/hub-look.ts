import { type Asked, type HubLook, NO_HUB } from '#controllers/view/checks/look.ts';
import type { Target } from '../../clusters/targets.ts';
import { readHub } from '../hub-content.ts';
import { clusters, hubLeases } from '../listings.ts';
import { asked, stampOf } from './ask.ts';
import { selfReview } from './reviews.ts';

const ALL = { name: undefined, allNamespaces: true, selector: undefined };

/** Looks at the hub. Never rejects: why there is nothing is in the answer. */
export async function lookAtHub(hub: Target | undefined): Promise<Asked<HubLook>> {
  return hub === undefined ? { why: NO_HUB } : asked(look(hub));
}

async function look(hub: Target): Promise<HubLook> {
  const [review, content, members, held] = await Promise.all([
    asked(selfReview(hub)),
    readHub(hub),
    clusters.read(hub, ALL),
    hubLeases(hub, {}),
  ]);
  return {
    context: hub.context,
    serverTime: 'why' in review ? undefined : stampOf(review.value),
    members,
    leases: held,
    services: content.services,
  };
}
