import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { KUBE_SERVICE_NAME_LABEL } from '#apis/labels.ts';
import { writtenOnHub } from '#test/driver/audit.ts';
import { eventually } from '#test/driver/eventually.ts';
import { History } from '#test/driver/history.ts';
import { newsIn, readingOfRecord, readingOfSlice } from '#test/driver/readings.ts';
import { awaitPod } from '#test/driver/running-pods.ts';
import { useSet } from '#test/driver/use-set.ts';
import { ask } from '#test/resolver/resolve.ts';
import { awaitRestart, createServer, NS, PORT, restartInPlace, whoAnswers } from './server.ts';

describe('a container that restarts in place keeps the address of its pod', () => {
  const set = useSet({
    members: ['zzzc', 'shbt'],
    each: { hub: { audit: true }, zzzc: { node: true }, shbt: { dns: true } },
  });
  const zzzc = () => set().member('zzzc');

  /** What a name of one pod is answered with in the other cluster. */
  async function answers(server: string): Promise<string[]> {
    const name = `${server}-0.zzzc.${server}.${NS}.svc.clusterset.local`;
    return (await ask({ ...set().cluster('shbt').dns, name, type: 'A', protocol: 'udp' })).answers;
  }

  /** All that an agent writes on the hub about one exported Service from now on. */
  async function writesAbout(server: string): Promise<() => Promise<string[]>> {
    const hub = set().cluster('hub');
    const since = await hub.audit.mark();
    return async () => {
      const writes = await writtenOnHub(hub, 'zzzc', since);
      return writes
        .filter((write) => write.includes(`/${NS}.${server}`))
        .map((write) => write.replace(/ [^ ]*$/, ''));
    };
  }

  beforeAll(() => set().cluster('zzzc').node.loadToolbox([]));

  it('and costs two writes on the hub: it is not ready, and it is again', async () => {
    await createServer(zzzc(), 'db', { tcpSocket: { port: PORT }, periodSeconds: 1 });
    const address = await awaitPod(zzzc(), NS, 'db-0');
    for (const member of set().members) await member.awaitAddresses(NS, 'db', 'zzzc', [address]);
    await zzzc().awaitCondition(NS, 'db', 'Conflict', 'False');
    await eventually('the other cluster knows', async () => expect(await answers('db')).toEqual([address]));

    const source = await History.open(zzzc().client, endpointSlices, NS);
    const records = await History.open(set().hub, exportedEndpointSlices, memberNamespace('zzzc'));
    onTestFinished(async () => void (await Promise.all([source.close(), records.close()])));
    const written = await writesAbout('db');
    await restartInPlace(set().cluster('zzzc'), 'db-0');
    await awaitRestart(zzzc(), 'db-0', 1);
    expect(await awaitPod(zzzc(), NS, 'db-0')).toBe(address);
    await eventually('the other cluster knows', async () => expect(await answers('db')).toEqual([address]));
    await set().settle(NS);

    // The pod is Ready before its slice says so, and its name may lead to it as it has not ceased to.
    const states = await eventually('it has gone and come back in the slice and on the hub', async () => {
      const slices = source.states.filter(
        ({ metadata }) => metadata.labels?.[KUBE_SERVICE_NAME_LABEL] === 'db',
      );
      const published = records.states.filter(({ metadata }) => metadata.name.startsWith(`${NS}.db.`));
      const [up = ''] = published.map(readingOfRecord);
      const down = up.replace(' RSt', ' rst');
      expect(up).toMatch(`${address} RSt hostname=db-0`);
      expect(newsIn(slices.map(readingOfSlice))).toEqual([up, down, up]);
      expect(published.map(readingOfRecord)).toEqual([up, down, up]);
      return slices;
    });
    const [first, ...later] = states.map(({ metadata }) => metadata.generation ?? 0);
    expect(Math.max(...later) - (first ?? 0)).toBe(2);
    expect(await written()).toEqual(['update exportedendpointslices', 'update exportedendpointslices']);
  });

  it('so that its name leads to it again without the hub, too', async () => {
    const { apiServer } = set().cluster('hub');
    await apiServer.stop();
    onTestFinished(() => apiServer.start());
    const [address = ''] = await answers('db');
    await restartInPlace(set().cluster('zzzc'), 'db-0');
    await awaitRestart(zzzc(), 'db-0', 2);
    expect(await answers('db')).toEqual([address]);
    await eventually('it serves again', async () => expect(await whoAnswers(address)).toBe('db-0'));
  });

  it('and costs none where it was not ready before and is not after', async () => {
    await createServer(zzzc(), 'late', { exec: { command: ['test', '-e', '/ready'] }, periodSeconds: 1 });
    await zzzc().awaitCondition(NS, 'late', 'Conflict', 'False');
    const listed = { namespace: NS, labelSelector: `${KUBE_SERVICE_NAME_LABEL}=late` };
    await eventually('it is known, and not ready', async () => {
      const [slice] = (await zzzc().client.list(endpointSlices, listed)).items;
      expect(slice?.endpoints?.[0]?.conditions?.ready).toBe(false);
    });
    await set().settle(NS);

    const written = await writesAbout('late');
    await restartInPlace(set().cluster('zzzc'), 'late-0');
    await awaitRestart(zzzc(), 'late-0', 1);
    await set().settle(NS);
    expect(await written()).toEqual([]);
  });
});
