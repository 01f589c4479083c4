import { memberNamespace } from '#apis/hub/member.ts';
import { clusterProperties } from '#apis/kubernetes/cluster-property.ts';
import { deployments, type IDeployment } from '#apis/kubernetes/deployment.ts';
import { endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { IDENTITY_NAMESPACE, namespaces } from '#apis/kubernetes/namespace.ts';
import { secrets } from '#apis/kubernetes/secret.ts';
import { SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { type TokenLife, tokenIn } from '#controllers/membership/credential.ts';
import type { MemberLook } from '#controllers/view/checks/look.ts';
import { memberCrds } from '#src/install/crds.ts';
import { userName } from '#src/install/manifest.ts';
import { AGENT_NAMESPACE, HUB_SECRET, MEMBER_ACCOUNT, memberManifests } from '#src/install/member.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import { listAll } from '../../clusters/reading.ts';
import type { Target } from '../../clusters/targets.ts';
import { Exit } from '../../exit.ts';
import { requireRightsFor } from '../../installing/rights.ts';
import { exports, imports, type Query, selection } from '../listings.ts';
import { AGENT } from '../trace/probing.ts';
import { asked, mapped, stampOf } from './ask.ts';
import { mcsCrds } from './crds.ts';
import { lookAtDns } from './dns-look.ts';
import { namelessOf } from './nameless.ts';
import { missingOf, selfReview } from './reviews.ts';

/** Looks at one member. Never rejects: what cannot be read says why. */
export async function lookAtMember(target: Target, query: Query, pre: boolean): Promise<MemberLook> {
  const { client, context, timeoutMs } = target;
  const version = await asked(client.request('GET', '/version', undefined, { timeoutMs }));
  if ('why' in version) return unanswered(context, version.why);
  const of = { ...query, selector: undefined };
  const agents = await asked(listAll(target, deployments, { labelSelector: AGENT }));
  const [
    identity,
    review,
    crds,
    places,
    missingRights,
    credential,
    installing,
    rows,
    nameless,
    imported,
    objects,
    slices,
    properties,
    dns,
  ] = await Promise.all([
    asked(client.get(namespaces, { name: IDENTITY_NAMESPACE }, { timeoutMs })),
    asked(selfReview(target)),
    asked(mcsCrds(target)),
    asked(listAll(target, namespaces)),
    'why' in agents ? agents : asked(missingOf(target, agents.value)),
    'why' in agents ? agents : asked(credentialOf(target, agents.value)),
    pre ? asked(mayInstall(target)) : { value: [] },
    asked(exports.read(target, of), []),
    asked(namelessOf(target, query), []),
    asked(imports.read(target, of), []),
    asked(listAll(target, serviceImports, selection(target, of)), []),
    asked(importedFromAnywhere(target, query)),
    asked(listAll(target, clusterProperties), []),
    asked(lookAtDns(target)),
  ]);
  const { gitVersion }: { gitVersion?: unknown } = Object(version.value);
  return {
    context,
    version: { value: String(gitVersion) },
    uid: 'why' in identity ? undefined : identity.value.metadata.uid,
    serverTime: 'why' in review ? undefined : stampOf(review.value),
    crds,
    namespaces: mapped(places, (all) => all.map(({ metadata }) => metadata.name)),
    agents,
    missingRights,
    credential,
    installing,
    exports: rows,
    nameless,
    imports: imported,
    serviceImports: objects,
    slices,
    properties,
    dns,
  };
}

/** All that is known of a cluster that gives no answer. */
function unanswered(context: string, line: string): MemberLook {
  const why = { why: 'the API server does not answer' };
  return {
    context,
    version: { why: line },
    uid: undefined,
    serverTime: undefined,
    crds: why,
    namespaces: why,
    agents: why,
    missingRights: why,
    credential: why,
    installing: why,
    exports: why,
    nameless: why,
    imports: why,
    serviceImports: why,
    slices: why,
    properties: why,
    dns: why,
  };
}

/** The life of the token; the token itself stays here. */
async function credentialOf(
  { client, timeoutMs }: Target,
  [agent]: readonly IDeployment[],
): Promise<TokenLife | undefined> {
  const args = agent?.spec?.template?.spec?.containers?.flatMap((container) => container.args ?? []) ?? [];
  const given = (flag: string) => args.find((arg) => arg.startsWith(`--${flag}=`))?.slice(flag.length + 3);
  const cluster = given('cluster-id');
  if (agent === undefined || cluster === undefined) return undefined;
  const name = given('hub-credential-secret') ?? HUB_SECRET;
  const namespace = agent.metadata.namespace ?? AGENT_NAMESPACE;
  const secret = await orAbsent(client.get(secrets, { namespace, name }, { timeoutMs }));
  const subject = userName({ namespace: memberNamespace(cluster), name: MEMBER_ACCOUNT });
  return secret && tokenIn(secret, subject);
}

async function mayInstall(target: Target): Promise<string[]> {
  try {
    await requireRightsFor(target, [...memberCrds(), ...memberManifests()]);
    return [];
  } catch (error) {
    if (!(error instanceof Exit) || error.exitCode !== 1) throw error;
    return error.lines.filter((line) => line !== 'nothing was written');
  }
}

function importedFromAnywhere(target: Target, { allNamespaces }: Query): Promise<IEndpointSlice[]> {
  const place = allNamespaces ? {} : { namespace: target.namespace };
  return listAll(target, endpointSlices, { ...place, labelSelector: SOURCE_CLUSTER_LABEL });
}
