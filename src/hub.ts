import { hostname } from 'node:os';
import { clusterSets } from '#apis/hub/cluster-set.ts';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { members } from '#apis/hub/member.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { projectRecord } from '#controllers/endpoints/record-view.ts';
import { newHubClaimController } from '#controllers/hub/claim-controller.ts';
import { newHubDeclarationController } from '#controllers/hub/declaration-controller.ts';
import { newHubRemovalController } from '#controllers/hub/removal-controller.ts';
import { exportedServiceIndexes, exportedSliceIndexes } from '#controllers/membership/indexes.ts';
import { newInformer } from './cache/informer.ts';
import { wakeTogether } from './cache/outage.ts';
import { newWriter } from './cache/writer.ts';
import { readDeclaration } from './config/declaration.ts';
import type { HubConfig } from './config/hub.ts';
import { COMMIT, VERSION } from './config/version.ts';
import { connect } from './kube/connect.ts';
import { Metrics } from './observability/metrics.ts';
import { addOperation } from './observability/operation.ts';
import { Manager } from './runtime/manager.ts';
import type { ProgramDeps } from './runtime/program.ts';
import { MissingRightsBoard, newRightsController } from './runtime/rights/rights-controller.ts';

/**
 * Runs the hub's controller until the signal aborts: it writes the set as it was declared, settles which cluster
 * each id belongs to, and clears away what an admin has stated to be gone. The data path does not depend on it.
 * Rejects with a ConfigError where the declaration cannot be read, with a KubeconfigError where the hub cannot be
 * addressed at all; what the hub refuses or does not answer is waited out.
 */
export async function runHub(config: HubConfig, deps: ProgramDeps): Promise<void> {
  const { clock, random, log, levels, signal } = deps;
  const declaration = config.declaration === undefined ? undefined : readDeclaration(config.declaration);
  const metrics = new Metrics({ version: VERSION, commit: COMMIT });
  const manager = new Manager({ clock, random, log, metrics: metrics.controller });
  const client = connect({
    cluster: 'hub',
    kubeconfig: config.kubeconfig === undefined ? { inCluster: true } : { path: config.kubeconfig },
    context: config.context,
    clock,
    metrics: metrics.requests,
    userAgent: `tombolo-hub/${VERSION} (${hostname()})`,
  });
  manager.addCloser('hub', () => client.close());

  const shared = { client, clock, log, random, metrics: metrics.caches };
  const caches = {
    members: newInformer(shared, { resource: members }),
    memberReports: newInformer(shared, { resource: memberReports }),
    exportedServices: newInformer(shared, { resource: exportedServices, indexes: exportedServiceIndexes }),
    exportedEndpointSlices: newInformer(shared, {
      resource: exportedEndpointSlices,
      indexes: exportedSliceIndexes,
      project: projectRecord,
    }),
    namespaces: newInformer(shared, { resource: namespaces }),
  };
  // The ClusterSet is nobody's business here unless it was declared.
  const set = declaration && newInformer(shared, { resource: clusterSets });
  const informers = [...Object.values(caches), ...(set === undefined ? [] : [set])];
  for (const informer of informers) manager.addInformer(informer, { required: true });
  wakeTogether(informers);

  const loops = [
    newHubClaimController({
      members: caches.members,
      memberReports: caches.memberReports,
      namespaces: caches.namespaces,
      writer: newWriter(client, members, caches.members),
    }),
    newHubRemovalController({
      members: caches.members,
      memberReports: {
        cache: caches.memberReports,
        writer: newWriter(client, memberReports, caches.memberReports),
      },
      exportedServices: {
        cache: caches.exportedServices,
        writer: newWriter(client, exportedServices, caches.exportedServices),
      },
      exportedEndpointSlices: {
        cache: caches.exportedEndpointSlices,
        writer: newWriter(client, exportedEndpointSlices, caches.exportedEndpointSlices),
      },
    }),
  ];
  if (declaration !== undefined && set !== undefined) {
    const clusterSet = { cache: set, writer: newWriter(client, clusterSets, set) };
    const member = { cache: caches.members, writer: newWriter(client, members, caches.members) };
    loops.push(newHubDeclarationController({ declaration, clusterSets: clusterSet, members: member }));
  }

  const rights = new MissingRightsBoard();
  const rules = loops.flatMap(({ permissions }) => permissions);
  // The hub's controller has no namespace of its own to work in: every rule of its loops is about the whole hub.
  const everywhere = { 'agent-namespace': '', 'member-namespace': '' };
  loops.push(newRightsController([{ client, rules, namespaces: everywhere }], rights));
  for (const loop of loops) manager.addController(loop);
  addOperation(manager, {
    listen: config.listen,
    clock,
    log,
    levels,
    metrics,
    state: () => ({ missingRights: rights.lines }),
  });
  await manager.run(signal);
}
