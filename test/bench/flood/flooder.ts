import { exportedEndpointSlices, exportedSliceName } from '#apis/hub/exported-endpoint-slice.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { sliceHash } from '#controllers/endpoints/names.ts';
import { collectionPath } from '#src/kube/paths.ts';
import { StolenCredential } from '#test/threats/credential.ts';
import { publishes } from '#test/threats/records.ts';
import { type Channel, runProgram } from '../rig/program-side.ts';

export interface FlooderConfig {
  /** Of the flooding member's own account on the hub. */
  kubeconfig: string;
  member: string;
  namespace: string;
  services: readonly string[];
  /** Changes a second, while it floods; fewer where the hub takes no more. */
  perSecond: number;
}

/** The flood begins, or ends. */
export type Order = 'begin' | 'end';

export type FlooderSays =
  /** All of its Services are published. */
  | { type: 'ready' }
  /** The flood is over: how many changes it was, in how long. */
  | { type: 'over'; changes: number; ms: number };

const TICK_MS = 10;
/** Changes under way at once, at most. */
const IN_FLIGHT = 8;

interface Held {
  name: string;
  object: Record<string, unknown>;
}

/** A member that has been taken over, a process of its own: changes the slices of its Services in turn, without an end. */
async function flooder(
  { kubeconfig, member, namespace, services, perSecond }: FlooderConfig,
  channel: Channel<FlooderSays>,
): Promise<(order: { order: Order }) => void> {
  const evil = await StolenCredential.in(kubeconfig);
  const path = collectionPath(exportedEndpointSlices, memberNamespace(member));
  const resting: Held[] = [];
  for (const service of services) {
    const answers = await publishes(evil, member, [namespace, service], ['198.18.6.6'], { type: 'Headless' });
    const name = exportedSliceName(namespace, service, sliceHash('a'));
    resting.push({ name, object: Object(answers.at(-1)?.body) });
  }
  channel.send({ type: 'ready' });

  let changes = 0;
  let begun = performance.now();
  let started = 0;
  let timer: NodeJS.Timeout | undefined;
  const change = async (held: Held, n: number) => {
    const endpoints = [`198.18.${128 + ((n >> 8) & 63)}.${n & 255} RSt`];
    const wanted = { ...held.object, spec: { ...Object(held.object['spec']), endpoints } };
    const { status, body } = await evil.client.send('PUT', `${path}/${held.name}`, wanted);
    if (status !== 200) throw new Error(`the hub refused a change of the flood with ${status}`);
    resting.push({ ...held, object: Object(body) });
    changes += 1;
  };
  const tick = () => {
    const due = ((performance.now() - begun) * perSecond) / 1_000;
    while (started < due && services.length - resting.length < IN_FLIGHT) {
      const held = resting.shift();
      if (held === undefined) return;
      change(held, started++).catch((error: unknown) => channel.fail(error));
    }
  };
  return ({ order }) => {
    if (order === 'begin') {
      [changes, started, begun] = [0, 0, performance.now()];
      timer = setInterval(tick, TICK_MS);
      return;
    }
    clearInterval(timer);
    channel.send({ type: 'over', changes, ms: performance.now() - begun });
  };
}

runProgram(flooder);
