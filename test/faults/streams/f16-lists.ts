import { expect, onTestFinished } from 'vitest';
import {
  exportedEndpointSlices,
  exportedSliceName,
  type IExportedEndpointSlice,
} from '#apis/hub/exported-endpoint-slice.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { sliceHash } from '#controllers/endpoints/names.ts';
import { endpoint, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { HandWrittenMember } from '#test/driver/hand-written.ts';
import { completePictureOf, pictureOf } from '#test/driver/picture.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { answer, pass, resetAfter, statusOf } from '#test/proxy/actions.ts';
import type { FaultProxy } from '#test/proxy/fault-proxy.ts';
import type { ProxiedRequest } from '#test/proxy/request.ts';
import { faultKeepingAll } from '../frame/keeping.ts';
import { listsTaken, sliceStream } from './hub-watches.ts';

/** Of a member whose name comes first in lists: with more than a page of records, all others are on later ones. */
const MANY = { id: 'first-of-all', count: 520 };
const SIDE_BY_SIDE = 8;

/** shbt's watch of slices expires, and the list that has to follow fails. */
export function brokenLists(set: OpenedSet, proxy: () => FaultProxy): void {
  const zzzc = () => set().member('zzzc');
  const shbt = () => set().member('shbt');

  faultKeepingAll(
    set,
    'F16',
    'a list that fails three times: what was known stays meanwhile',
    async (finding) => {
      await exportsPlain(zzzc(), 'prod', 'listed', '198.18.16.1');
      await shbt().awaitAddresses('prod', 'listed', 'zzzc', ['198.18.16.1']);
      const before = await completePictureOf(shbt(), 'prod');
      const failures = [answer(500), answer(429, { retryAfterSeconds: 1 }), resetAfter(40)].map((action) =>
        proxy().script({ when: isSliceList, action }),
      );
      onTestFinished(() => {
        for (const script of failures) script.cancel();
      });
      const next = holdNext(proxy(), isSliceList);
      await expire();
      await next.asked;
      expect(failures.map(({ taken }) => taken)).toEqual([1, 1, 1]);
      await zzzc().slice(slice('prod', 'listed', 'a', [endpoint('198.18.16.2')]));
      expect(await pictureOf(shbt(), 'prod')).toEqual(before);
      next.release();
      await shbt().awaitAddresses('prod', 'listed', 'zzzc', ['198.18.16.2']);
      finding.records({ 'lists that failed': failures.length });
    },
  );

  faultKeepingAll(
    set,
    'F16',
    'a continue token that expires between pages: the list begins anew, and half of one is never believed',
    async (finding) => {
      await fillPage();
      const agent = set().agent('shbt');
      const total = (await set().hub.list(exportedEndpointSlices)).items.length;
      const before = await completePictureOf(shbt(), 'prod');
      // Lists without a version come in pages; at a version, in one piece from the server's cache.
      proxy().script({ when: isSliceList, action: answer(410, { reason: 'Expired' }) });
      const second = holdNext(proxy(), (request) => isSliceList(request) && request.query.has('continue'));
      const from = agent.log.length;
      proxy().requests.length = 0;
      await expire();
      await second.asked;
      // Its first page holds nothing that shbt has imported.
      const { etcd, apiServer } = set().cluster('hub');
      await set().hubAdmin.deletes(exportedEndpointSlices, recordKey(0));
      await etcd.compact();
      // Other connections may break with it; this one waits in the proxy.
      await apiServer.stop();
      await apiServer.start();
      expect(await pictureOf(shbt(), 'prod')).toEqual(before);
      second.release();
      await eventually('the list is taken over', async () =>
        expect(
          listsTaken(agent, from).filter(({ resource }) => resource === exportedEndpointSlices.plural),
        ).toHaveLength(1),
      );
      const [taken] = listsTaken(agent, from).filter(
        ({ resource }) => resource === exportedEndpointSlices.plural,
      );
      expect(taken?.['items']).toBe(total - 1);
      const pages = proxy().requests.filter(isSliceList);
      const answers = pages.map(
        ({ status, query }) => `${query.has('continue') ? 'next' : 'first'} ${status}`,
      );
      // How many pages the second list takes is the server's choice.
      expect(answers.slice(0, 4)).toEqual(['first 410', 'first 200', 'next 410', 'first 200']);
      expect(answers.slice(4).filter((answered) => answered !== 'next 200')).toEqual([]);
      await zzzc().slice(slice('prod', 'listed', 'a', [endpoint('198.18.16.3')]));
      await shbt().awaitAddresses('prod', 'listed', 'zzzc', ['198.18.16.3']);
      expect(Object.keys(await pictureOf(shbt(), 'prod')).sort()).toEqual(Object.keys(before).sort());
      finding.records({ 'prunes from a partial list': 0, 'pages asked for': pages.length });
    },
  );

  /** What an API server says that has forgotten what came after a watch's version. */
  async function expire(): Promise<void> {
    const stream = await sliceStream(proxy());
    await stream.send({ type: 'ERROR', object: statusOf(410, { reason: 'Expired' }) });
    stream.end();
  }

  /** Records of a namespace that no member has, so that nobody imports them. */
  async function fillPage(): Promise<void> {
    const member = await HandWrittenMember.join(set(), MANY.id);
    try {
      const left = Array.from({ length: MANY.count }, (_, n) => n);
      const create = async () => {
        for (let n = left.pop(); n !== undefined; n = left.pop()) {
          await member.client.create(exportedEndpointSlices, recordOf(n));
        }
      };
      await Promise.all(Array.from({ length: SIDE_BY_SIDE }, create));
    } finally {
      await member.close();
    }
    await set().settle('prod');
  }
}

function isSliceList({ verb, resource }: ProxiedRequest): boolean {
  return verb === 'list' && resource === exportedEndpointSlices.plural;
}

/** Holds the next such request back, until it is released. */
function holdNext(proxy: FaultProxy, when: (request: ProxiedRequest) => boolean) {
  const asked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const script = proxy.script({
    when,
    action: async (exchange) => {
      asked.resolve();
      await released.promise;
      await pass()(exchange);
    },
  });
  onTestFinished(() => {
    script.cancel();
    released.resolve();
  });
  return { asked: asked.promise, release: () => released.resolve() };
}

function recordKey(n: number) {
  const hash = sliceHash(`many-${n}`);
  return { namespace: memberNamespace(MANY.id), name: exportedSliceName('nowhere', 'many', hash) };
}

function recordOf(n: number): IExportedEndpointSlice {
  return {
    metadata: recordKey(n),
    spec: {
      addressType: 'IPv4',
      ports: [{ name: 'tcp', port: 80, protocol: 'TCP' }],
      source: { uid: `many-${n}`, generation: 1 },
      endpoints: ['198.18.99.9 RSt'],
      asserted: { uid: 'many', sequence: 1 },
    },
  };
}
