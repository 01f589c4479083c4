import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import { skipWithout } from '#test/clusters/use-clusters.ts';
import { deletedByAgent, writtenOnHub } from '#test/driver/audit.ts';
import { headless, pods, slice } from '#test/driver/builders.ts';
import { idle, LISTENING } from '#test/driver/idle.ts';
import { completePictureOf, pictureOf } from '#test/driver/picture.ts';
import { useSet } from '#test/driver/use-set.ts';
import { exports } from './exports.ts';
import { loseSchemas } from './lose-schemas.ts';
import { records } from './records.ts';

describe('what cannot be exported or imported says so, and nothing else suffers:', () => {
  const set = useSet({ members: ['zzzc', 'shbt'], clusters: { audit: true }, agents: false });
  const goodChanges = async (change: number) => {
    const endpoints = pods(1, 'good', 100 + change);
    await set()
      .member('shbt')
      .slice(slice('prod', 'good', 'a', endpoints));
    return endpoints.flatMap(({ addresses }) => addresses);
  };

  beforeAll(async () => {
    await loseSchemas(set().cluster('hub'), memberReports, exportedServices, exportedEndpointSlices);
    set().startHub();
    set().startAgent('zzzc');
    set().startAgent('shbt');
    const shbt = set().member('shbt');
    await shbt.service(headless('prod', 'good'));
    await shbt.exports('prod', 'good');
    await set()
      .member('zzzc')
      .awaitAddresses('prod', 'good', 'shbt', await goodChanges(0));
  });

  // The Service of somebody who has done nothing wrong: after each test its next change must still arrive.
  let changes = 0;
  afterEach(async () => {
    await set()
      .member('zzzc')
      .awaitAddresses('prod', 'good', 'shbt', await goodChanges(++changes));
  });

  describe('Services', () => exports(set));
  describe('records on a hub that takes everything', () => records(set));

  it('an agent that starts with all of it in place shows the same, and nobody has lost an object', async (context) => {
    const zzzc = set().member('zzzc');
    const before = await completePictureOf(zzzc, 'prod');
    await idle(await set().restartAgent('zzzc', LISTENING));
    expect(await pictureOf(zzzc, 'prod')).toEqual(before);
    skipWithout(context, set().cluster('hub'), 'audit');
    for (const { id } of set().members) {
      expect(await deletedByAgent(set().cluster(id))).toEqual([]);
      const written = await writtenOnHub(set().cluster('hub'), id);
      expect(written.filter((write) => write.startsWith('delete'))).toEqual([]);
    }
  });
});
