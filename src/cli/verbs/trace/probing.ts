import { deployments } from '#apis/kubernetes/deployment.ts';
import {
  answersTo,
  type DnsServer,
  specOf,
  type Trial,
  trialOf,
  walkAnswers,
} from '#controllers/view/trace/answers.ts';
import type { Fixes } from '#controllers/view/trace/facts.ts';
import type { Traced } from '#controllers/view/trace/name.ts';
import type { Open } from '#controllers/view/trace/trace.ts';
import { AGENT_NAMESPACE } from '#src/install/member.ts';
import type { ProbeReport } from '#src/probe/spec.ts';
import { listAll } from '../../clusters/reading.ts';
import { milliseconds, type Target } from '../../clusters/targets.ts';
import { farewell } from '../../farewell.ts';
import { say } from '../../output/print.ts';
import { probeFromPod } from '../../probing/probe-pod.ts';
import type { TraceOptions } from '../../trace-options.ts';
import { dnsServers } from './dns-servers.ts';

/** The label of the agent's Deployment, whoever installed it. */
export const AGENT = 'app.kubernetes.io/name=tombolo-member';
/** Of a single question or connection. */
const TRY_MS = 3_000;

/**
 * Tries names and connections from within one importer, in one pod for all paths that lead to it, and adds their hops to
 * the paths. What cannot be tried is told in the hop.
 */
export async function tryFrom(
  target: Target,
  open: readonly Open[],
  traced: Traced,
  options: TraceOptions,
  fixes: Fixes,
): Promise<void> {
  const timeoutMs = milliseconds('--probe-timeout', options.probeTimeout);
  const servers = options.probe ? await dnsServers(target) : [];
  const trials = open.map(({ importer, exporter }) =>
    trialOf(importer, exporter, traced, servers, options.clustersetDomain),
  );
  const report = await reportOf(target, servers, trials, options, timeoutMs);
  for (const [at, { path, importer }] of open.entries()) {
    const trial = trials[at];
    if (trial === undefined) continue;
    const answers = typeof report === 'string' ? { notTried: report } : answersTo(report, trials, at);
    path.hops.push(...walkAnswers(importer, trial, answers, fixes));
  }
}

/** The report, or why there is none. */
async function reportOf(
  target: Target,
  servers: readonly DnsServer[],
  trials: readonly Trial[],
  options: TraceOptions,
  timeoutMs: number,
): Promise<ProbeReport | string> {
  if (!options.probe) return '--no-probe';
  if (servers.length === 0) return 'no pod is behind Service kube-system/kube-dns';
  const agent = await agentImage(target);
  const image = options.image ?? agent?.image;
  if (image === undefined) return 'no Deployment of the agent says which image to run: name one with --image';
  try {
    return await probeFromPod(target, {
      namespace: agent?.namespace ?? AGENT_NAMESPACE,
      image,
      imagePullPolicy: agent?.imagePullPolicy ?? 'IfNotPresent',
      spec: specOf(trials, TRY_MS),
      timeoutMs,
      say,
    });
  } catch (error) {
    return farewell(error).lines.join(' ');
  }
}

interface AgentImage {
  namespace: string;
  image: string;
  imagePullPolicy: string;
}

async function agentImage(target: Target): Promise<AgentImage | undefined> {
  const [found] = await listAll(target, deployments, { labelSelector: AGENT });
  const [container] = found?.spec?.template?.spec?.containers ?? [];
  if (found === undefined || container?.image === undefined) return undefined;
  const { image, imagePullPolicy = 'IfNotPresent' } = container;
  return { namespace: found.metadata.namespace ?? AGENT_NAMESPACE, image, imagePullPolicy };
}
