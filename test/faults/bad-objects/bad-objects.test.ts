import { beforeAll, describe, expect } from 'vitest';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import { headless, pods, slice } from '#test/driver/builders.ts';
import { idle, LISTENING } from '#test/driver/idle.ts';
import { loseSchemas } from '#test/driver/lose-schemas.ts';
import { completePictureOf, pictureOf } from '#test/driver/picture.ts';
import { useSet } from '#test/driver/use-set.ts';
import { badObjects } from './bad-object.ts';
import { DENIED, denied } from './f26-denied.ts';
import { exports } from './f26-exports.ts';
import { records } from './f26-records.ts';

describe('what cannot be exported or imported says so, and nothing else suffers:', () => {
  const set = useSet({
    members: ['zzzc', 'shbt'],
    clusters: { audit: true },
    namespaces: ['prod', DENIED],
    agents: false,
  });
  // The Service of somebody who has done nothing wrong: after each test its next change must still arrive.
  let changes = 0;
  const goodChanges = async () => {
    const endpoints = pods(1, 'good', 100 + changes++);
    await set()
      .member('shbt')
      .slice(slice('prod', 'good', 'a', endpoints));
    const addresses = endpoints.flatMap((one) => one.addresses);
    await set().member('zzzc').awaitAddresses('prod', 'good', 'shbt', addresses);
  };

  beforeAll(async () => {
    await loseSchemas(set().cluster('hub'), memberReports, exportedServices, exportedEndpointSlices);
    set().startHub();
    set().startAgent('zzzc');
    set().startAgent('shbt');
    const shbt = set().member('shbt');
    await shbt.service(headless('prod', 'good'));
    await shbt.exports('prod', 'good');
    await goodChanges();
  });

  const badObject = badObjects(set, goodChanges);
  describe('Services', () => exports(set, badObject));
  describe('records on a hub that takes everything', () => records(set, badObject));
  describe('objects that an importer’s API server does not take', () => denied(set, badObject));

  badObject('an agent that starts with all of it in place shows the same', async () => {
    const zzzc = set().member('zzzc');
    const before = await completePictureOf(zzzc, 'prod');
    await idle(await set().restartAgent('zzzc', LISTENING));
    expect(await pictureOf(zzzc, 'prod')).toEqual(before);
  });
});
