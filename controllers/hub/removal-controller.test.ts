import { expect, test } from 'vitest';
import { exportedEndpointSlices, type IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices, type IExportedService } from '#apis/hub/exported-service.ts';
import { type IMember, memberNamespace, members } from '#apis/hub/member.ts';
import { type IMemberReport, memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import type { RecordView } from '#controllers/endpoints/views.ts';
import { BY_MEMBER } from '#controllers/membership/indexes.ts';
import { keyOf } from '#src/cache/lister.ts';
import { Store } from '#src/cache/store.ts';
import { KubeApiError, TransportError } from '#src/kube/errors.ts';
import { SteppedClock } from '#test/clock/stepped-clock.ts';
import { RecordingLog } from '#test/runtime/recording-log.ts';
import { memberNow, newHubRemovalController } from './removal-controller.ts';

const ATTEMPT = { cluster: 'hub', verb: 'get', target: 'members zzzc' };
const GONE = new KubeApiError(ATTEMPT, {
  code: 404,
  reason: 'NotFound',
  message: 'not found',
  details: { name: 'zzzc' },
});
const SILENT = new TransportError(ATTEMPT, 'timeout', 'no answer');

const REPORT: IMemberReport = {
  metadata: { name: REPORT_NAME, namespace: memberNamespace('zzzc') },
  spec: {
    clusterUID: 'old',
    clusterSetUID: 'set',
    agentVersion: '1',
    inventory: { sequence: 1, services: [] },
  },
};

const member = (...removed: string[]): IMember => ({ metadata: { name: 'zzzc' }, spec: { removed } });

/** The loop with this Member in its cache, and that answer of the API server. */
function loop(cached: IMember, answer: () => IMember) {
  const deleted: string[] = [];
  let asked = 0;
  const owned = <T extends KubeObject, V extends KubeObject = T>(resource: Resource<T>, held: V[]) => {
    const store = new Store<V>({
      indexes: { [BY_MEMBER]: () => ['zzzc'] },
      onListenerError(error) {
        throw error;
      },
    });
    store.replace({ items: held, version: '1', unreadable: new Set() });
    const cache = {
      resource,
      get: (key: string) => store.get(key),
      byIndex: (index: string, value: string) => store.byIndex(index, value),
      addListener: () => {},
    };
    return { cache, writer: { delete: async (object: KubeObject) => void deleted.push(keyOf(object)) } };
  };
  const controller = newHubRemovalController({
    members: owned(members, [cached]).cache,
    memberReports: owned(memberReports, [REPORT]),
    exportedServices: owned<IExportedService>(exportedServices, []),
    exportedEndpointSlices: owned<IExportedEndpointSlice, RecordView>(exportedEndpointSlices, []),
    memberNow: memberNow({
      get: async () => {
        asked++;
        return Object(answer());
      },
    }),
  });
  const look = () =>
    controller.reconcile('zzzc', {
      signal: new AbortController().signal,
      log: new RecordingLog(),
      clock: new SteppedClock(),
    });
  return { deleted, look, asked: () => asked };
}

test('a statement that the API server still has is done', async () => {
  const { deleted, look } = loop(member('old'), () => member('old'));
  await look();
  expect(deleted).toEqual(['member-zzzc/report']);
});

test.each([
  ['was taken back', () => member()],
  ['is about another cluster by now', () => member('older')],
  [
    'went with its Member',
    () => {
      throw GONE;
    },
  ],
])('nothing goes where the cached statement %s', async (_what, answer) => {
  const { deleted, look } = loop(member('old'), answer);
  await look();
  expect(deleted).toEqual([]);
});

test('nothing goes while the API server does not answer, and it is tried again', async () => {
  const { deleted, look } = loop(member('old'), () => {
    throw SILENT;
  });
  await expect(look()).rejects.toBe(SILENT);
  expect(deleted).toEqual([]);
});

test('nobody is asked about a statement under which nothing lies', async () => {
  const { look, asked } = loop(member('older'), () => member('older'));
  await look();
  expect(asked()).toBe(0);
});
