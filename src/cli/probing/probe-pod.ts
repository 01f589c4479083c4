import { randomBytes } from 'node:crypto';
import { isNotFound } from '#src/kube/errors.ts';
import { objectPath } from '#src/kube/paths.ts';
import type { ProbeReport, ProbeSpec } from '#src/probe/spec.ts';
import { asError } from '#src/runtime/errors.ts';
import type { Target } from '../clusters/targets.ts';
import { Exit } from '../exit.ts';
import { probePod, probePods, whatFor, whyStuck } from './manifest.ts';

export interface ProbeFromPod {
  namespace: string;
  /** The agent's own image: it is on the nodes already. */
  image: string;
  imagePullPolicy: string;
  spec: ProbeSpec;
  /** For all of it: until the pod runs, and until it has ended. */
  timeoutMs: number;
  say: (line: string) => void;
}

const LOOK_EVERY_MS = 250;

/**
 * Runs the probe in a pod of this cluster and gives its report. The pod is deleted however it ended, by the UID that
 * its creation gave. Throws an Exit, one line, where the pod is refused, does not run or says nothing in time.
 */
export async function probeFromPod(target: Target, how: ProbeFromPod): Promise<ProbeReport> {
  const { namespace, image, imagePullPolicy, spec, timeoutMs, say } = how;
  const { client, context } = target;
  const key = { namespace, name: `tombolo-probe-${randomBytes(4).toString('hex')}` };
  const deadlineSeconds = Math.ceil(timeoutMs / 1000);
  const pod = probePod({ ...key, image, imagePullPolicy, spec, deadlineSeconds });
  const { uid = '' } = await client.create(probePods, pod, { timeoutMs: target.timeoutMs }).catch((error) => {
    throw new Exit(1, [`${context}: no probe can run in ${namespace}: ${asError(error).message}`], {
      cause: error,
    });
  });
  say(`${context}: waiting (at most ${deadlineSeconds}s) for the probe ${namespace}/${key.name}`);
  try {
    await untilEnded(target, key, timeoutMs);
    const log = await client.text(objectPath(probePods, key, 'log'), { timeoutMs: target.timeoutMs });
    return reportIn(log, `${context}: the probe ${namespace}/${key.name}`);
  } finally {
    await remove(target, key, uid, say);
  }
}

interface Key {
  namespace: string;
  name: string;
}

async function untilEnded({ client, context, timeoutMs: ofCall }: Target, key: Key, timeoutMs: number) {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const pod = await client.get(probePods, key, { timeoutMs: ofCall });
    if (pod.status?.phase === 'Succeeded') return;
    const which = `${context}: the probe ${key.namespace}/${key.name}`;
    const stuck = whyStuck(pod);
    if (stuck !== undefined) {
      // An image of an older version says in its log that it knows no such verb.
      const path = objectPath(probePods, key, 'log');
      const log = pod.status?.phase === 'Failed' ? await client.text(path).catch(() => '') : '';
      const [said = ''] = log.trim().split('\n');
      throw new Exit(1, [`${which} cannot run: ${stuck}${said === '' ? '' : `: ${said.slice(0, 200)}`}`]);
    }
    if (performance.now() >= until) {
      throw new Exit(1, [`${which} has not ended after ${timeoutMs / 1000} s: ${whatFor(pod)}`]);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** What our own program printed; what it lacks is empty. Throws an Exit for anything else. */
function reportIn(log: string, which: string): ProbeReport {
  try {
    const { now, https = [], dns = [], tcp = [] }: ProbeReport = JSON.parse(log);
    return { now, https, dns, tcp };
  } catch (error) {
    const [first = ''] = log.trim().split('\n');
    throw new Exit(1, [`${which} printed no report: ${first.slice(0, 200)}`], { cause: error });
  }
}

async function remove({ client, timeoutMs }: Target, key: Key, uid: string, say: ProbeFromPod['say']) {
  try {
    // Ours by its UID: the API server gave it to us when it made the pod.
    await client.delete(probePods, key, { uid }, { timeoutMs });
  } catch (error) {
    if (!isNotFound(error)) say(`the probe ${key.namespace}/${key.name} is left: ${asError(error).message}`);
  }
}
