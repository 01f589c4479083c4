import { expect } from 'vitest';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { compareVersions } from '#src/cache/version.ts';
import { endpoint, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { sliceRecord } from '#test/driver/slice-names.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { breakStream } from '#test/proxy/actions.ts';
import type { FaultProxy } from '#test/proxy/fault-proxy.ts';
import { faultKeepingAll } from '../frame/keeping.ts';
import { failuresOfSliceWatch, isSliceWatch, listsTaken, sliceStream } from './hub-watches.ts';

/** Bytes of an event that arrive: none, a part of a word, of a number, of an address, all but the newline. */
const OFFSETS = [1, 2, 9, 30, 100, 250, 500, -30, -2, -1];
/** More than an agent reads for one event. */
const GIANT_BYTES = 17 * 1024 * 1024;

/** What shbt's watch of the hub's slices brings breaks off within an event, or is none. */
export function brokenStreams(set: OpenedSet, proxy: () => FaultProxy): void {
  const zzzc = () => set().member('zzzc');
  const shbt = () => set().member('shbt');
  let last = 0;

  for (const how of ['reset', 'end'] as const) {
    faultKeepingAll(
      set,
      'F14',
      `cut within an event by ${how === 'reset' ? 'a reset' : 'an end in good order'}, at ${OFFSETS.length} places: the next watch brings it`,
      async (finding) => {
        const name = `cut-${how}`;
        await exportsPlain(zzzc(), 'prod', name, '198.18.14.0');
        await shbt().awaitAddresses('prod', name, 'zzzc', ['198.18.14.0']);
        const from = set().agent('shbt').log.length;
        for (const intoLine of OFFSETS) {
          const before = await versionOf(name);
          const cut = proxy().script({ when: isSliceWatch, action: breakStream(how, 0, intoLine) });
          (await sliceStream(proxy())).end();
          await eventually('the watch that will break is open', async () => expect(cut.taken).toBe(1));
          proxy().requests.length = 0;
          await changed(name);
          // Begun where the broken one had come to: not after what it was about to bring.
          const next = proxy().requests.find(isSliceWatch)?.query.get('resourceVersion') ?? '';
          expect(compareVersions(next, before), `cut after ${intoLine} bytes`).toBeGreaterThanOrEqual(0);
          expect(compareVersions(next, await versionOf(name)), `cut after ${intoLine} bytes`).toBeLessThan(0);
        }
        expect(listsTaken(set().agent('shbt'), from)).toEqual([]);
        finding.records({ [`events cut by ${how}`]: OFFSETS.length, lost: 0 });
      },
    );
  }

  const lines = {
    'a line that is no JSON': '{"type":"MODIFIED","object":{"metadata":{"name":"half\n',
    'a line that is no event': '[1,2,3]\n',
    'an event without an object': '{"type":"ADDED"}\n',
    'an event of a type that nobody knows': '{"type":"WEIRD","object":{"metadata":{}}}\n',
    'bytes that are no text': Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x0a]),
    'a line of 17 MiB': 'x'.repeat(GIANT_BYTES),
  };
  faultKeepingAll(
    set,
    'F14',
    `${Object.keys(lines).join(', ')}: what changes next arrives`,
    async (finding) => {
      await exportsPlain(zzzc(), 'prod', 'garbage', '198.18.14.0');
      await shbt().awaitAddresses('prod', 'garbage', 'zzzc', ['198.18.14.0']);
      const agent = set().agent('shbt');
      const start = agent.log.length;
      for (const [what, bytes] of Object.entries(lines)) {
        const from = agent.log.length;
        const stream = await sliceStream(proxy());
        await stream.sendRaw(bytes);
        await eventually(`the watch fails at ${what}`, async () =>
          expect(failuresOfSliceWatch(agent, from).length).toBeGreaterThan(0),
        );
        await changed('garbage');
      }
      // Where a line cannot be read, nobody knows what it would have said.
      const lists = listsTaken(agent, start).map(({ resource }) => resource);
      expect(new Set(lists)).toEqual(new Set([exportedEndpointSlices.plural]));
      finding.records({
        'lines that are none': Object.keys(lines).length,
        lost: 0,
        'lists for them': lists.length,
      });
    },
  );

  /** Gives zzzc's endpoint another address, and waits until shbt shows it. */
  async function changed(name: string): Promise<void> {
    const address = `198.18.14.${++last}`;
    await zzzc().slice(slice('prod', name, 'a', [endpoint(address)]));
    await shbt().awaitAddresses('prod', name, 'zzzc', [address]);
  }

  async function versionOf(name: string): Promise<string> {
    const key = { namespace: memberNamespace('zzzc'), name: sliceRecord('prod', name, 'a') };
    return (await set().hub.get(exportedEndpointSlices, key)).metadata.resourceVersion ?? '';
  }
}
