import { expect } from 'vitest';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { writtenOnHub } from '#test/driver/audit.ts';
import { pod, service, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { LISTENING, urlOf } from '#test/driver/idle.ts';
import { completePictureOf, pictureOf } from '#test/driver/picture.ts';
import { serveVersion } from '#test/driver/serve-version.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { hasSeen, hasTakenOver } from '#test/driver/witness.ts';
import { Deletions } from '../frame/deletions.ts';
import { fault } from '../frame/fault.ts';

const NS = 'unserved';

/** A CRD is there, its objects are there, and the version that we read is not served when an agent starts. */
export function notServed(set: OpenedSet): void {
  const zzzc = () => set().member('zzzc');
  const shbt = () => set().member('shbt');
  const has = (address: string) => zzzc().slice(slice(NS, 'web', 'a', [pod('web-0', address)]));

  // Others took that for "nothing is exported": https://github.com/cilium/cilium/issues/47793
  fault('F07', 'ServiceExports in the own cluster', async (finding) => {
    await zzzc().service(service(NS, 'web'));
    await has('198.18.1.1');
    await zzzc().exports(NS, 'web');
    for (const member of set().members) await member.awaitAddresses(NS, 'web', 'zzzc', ['198.18.1.1']);
    const kept = await completePictureOf(shbt(), NS);
    const deletions = await Deletions.since(set());
    const mark = await set().cluster('hub').audit.mark();
    await set().stopAgent('zzzc');
    await serveVersion(set().cluster('zzzc'), serviceExports, false);
    const agent = set().startAgent('zzzc', LISTENING);
    await eventually('it is not ready, and says why', async () => {
      const probe = await fetch(`${await urlOf(agent)}/readyz`);
      expect(probe.status).toBe(503);
      expect(await probe.text()).toMatch(/waiting for the first list of serviceexports \(.*404/);
    });
    await has('198.18.1.2');
    expect(await pictureOf(shbt(), NS)).toEqual(kept);
    expect(await published(mark)).toEqual([]);

    await serveVersion(set().cluster('zzzc'), serviceExports, true);
    for (const member of set().members) await member.awaitAddresses(NS, 'web', 'zzzc', ['198.18.1.2']);
    expect((await fetch(`${await urlOf(agent)}/readyz`)).status).toBe(200);
    finding.deleted(await deletions.all());
    const reports = (await published(mark)).filter((write) => write.includes(memberReports.plural));
    expect(reports).toEqual([]);
    finding.records({ 'empty publications': reports.length });
    await set().restartAgent('zzzc');
  });

  fault('F07', 'records on the hub', async (finding) => {
    const kept = await completePictureOf(shbt(), NS);
    const deletions = await Deletions.since(set());
    for (const { id } of set().members) await set().stopAgent(id);
    await serveVersion(set().cluster('hub'), exportedServices, false);
    for (const { id } of set().members) {
      const agent = set().startAgent(id);
      await hasSeen(agent, 404, { kind: exportedServices });
      await hasTakenOver(agent, memberReports);
    }
    // Its own endpoints need no hub.
    await has('198.18.1.3');
    await zzzc().awaitAddresses(NS, 'web', 'zzzc', ['198.18.1.3']);
    expect(await pictureOf(shbt(), NS)).toEqual(kept);

    await serveVersion(set().cluster('hub'), exportedServices, true);
    await shbt().awaitAddresses(NS, 'web', 'zzzc', ['198.18.1.3']);
    finding.deleted(await deletions.all());
  });

  /** What zzzc has written to the hub since, but for its sign of life. */
  async function published(since: number): Promise<string[]> {
    const written = await writtenOnHub(set().cluster('hub'), 'zzzc', since);
    return written.filter((write) => !/ leases /.test(write));
  }
}
