import { namespaces } from '#apis/kubernetes/namespace.ts';
import { DEFAULT_IMAGE } from '#src/install/deployment.ts';
import type { JoinBundle } from '#src/install/join-bundle.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import { runProbe } from '#src/probe/run.ts';
import type { ProbeReport, ProbeSpec } from '#src/probe/spec.ts';
import type { Milliseconds } from '#src/runtime/clock.ts';
import { milliseconds } from '../../clusters/targets.ts';
import { Exit } from '../../exit.ts';
import { say } from '../../output/print.ts';
import { probeFromPod } from '../../probing/probe-pod.ts';
import type { Joining } from './join.ts';
import { judgeClocks, judgeExpiry } from './verdict.ts';

/** Opens the hub from where this runs. Throws an Exit where that fails, where a clock is off, and for an expired bundle. */
export async function lookFromHere({ bundle, clock, target }: Joining): Promise<void> {
  const report = await runProbe(specFor(bundle, target.timeoutMs), { clock });
  judge(bundle, report, 'here', true);
}

/**
 * Opens the hub from a pod of the cluster: an address that is good here may be of no use there
 * (https://github.com/submariner-io/submariner-operator/issues/2261).
 */
export async function lookFromCluster({ bundle, options, target }: Joining): Promise<void> {
  const { client, context, timeoutMs } = target;
  // Before anything is written the agent's namespace may not be there.
  const own = await orAbsent(client.get(namespaces, { name: target.namespace }, { timeoutMs }));
  const report = await probeFromPod(target, {
    namespace: own === undefined ? 'default' : target.namespace,
    image: options.image ?? DEFAULT_IMAGE,
    imagePullPolicy: 'IfNotPresent',
    spec: specFor(bundle, timeoutMs),
    timeoutMs: milliseconds('--timeout', options.timeout),
    say,
  });
  judge(bundle, report, `in a pod of ${context}`, false);
}

/** Any answer will do: nothing is asked with credentials. */
function specFor({ hub }: JoinBundle, timeoutMs: Milliseconds): ProbeSpec {
  const ca = Buffer.from(hub.certificateAuthorityData, 'base64').toString('utf8');
  return { https: [{ url: `${hub.server.replace(/\/+$/, '')}/version`, ca }], timeoutMs };
}

function judge(bundle: JoinBundle, { https, now }: ProbeReport, where: string, here: boolean): void {
  const [seen] = https;
  const { server } = bundle.hub;
  if (seen === undefined) throw new Exit(1, [`the probe ${where} says nothing of ${server}`]);
  if (!seen.ok) {
    const shown = seen.certificate;
    const names =
      shown === undefined
        ? ''
        : `; it is for ${shown.altNames.join(', ') || 'no name'}, issued by ${shown.issuer || 'nobody'}, until ${shown.validTo}`;
    throw new Exit(3, [
      `the hub ${server} cannot be used from ${where === 'here' ? 'here' : where.replace(/^in /, '')}: ` +
        `${seen.error ?? 'no answer'}${names}; nothing was written`,
    ]);
  }
  const hubTime = seen.date === undefined ? undefined : Date.parse(seen.date);
  const apart = judgeClocks(where, now, hubTime);
  if (apart !== undefined) throw new Exit(1, [`${apart}; nothing was written`]);
  const expired = here ? judgeExpiry(bundle, hubTime ?? now) : undefined;
  if (expired !== undefined) throw new Exit(1, [`${expired}; nothing was written`]);
  const skew = hubTime === undefined ? '' : `, clocks ${Math.round(Math.abs(now - hubTime) / 1_000)} s apart`;
  say(`ok: the hub ${server} answers ${where}: ${Math.round(seen.latencyMs ?? 0)} ms${skew}`);
}
