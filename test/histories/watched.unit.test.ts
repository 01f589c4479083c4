import { describe, expect, it } from 'vitest';
import type { KubeObject } from '#apis/meta.ts';
import type { WatchEvent } from '#src/kube/client.ts';
import { KubeApiError } from '#src/kube/errors.ts';
import { eventually } from '#test/driver/eventually.ts';
import { type Source, Watched } from './watched.ts';

const EXPIRED = new KubeApiError(
  { cluster: 'c', verb: 'watch', target: 'things' },
  { code: 410, reason: 'Expired', message: 'too old' },
);

function thing(name: string, resourceVersion: string, uid = name): KubeObject {
  return { metadata: { namespace: 'ns', name, uid, resourceVersion } };
}

/** A server whose lists are these, one after the other, and whose watches end with an error after their events. */
function server(lists: KubeObject[][], watches: (WatchEvent<KubeObject> | Error)[][]) {
  const asked: string[] = [];
  const source: Source<KubeObject> = {
    list: async () => {
      asked.push('list');
      return { items: lists.shift() ?? [], resourceVersion: '100' };
    },
    async *watch(resourceVersion, signal) {
      asked.push(`watch from ${resourceVersion}`);
      for (const one of watches.shift() ?? []) {
        if (one instanceof Error) throw one;
        yield one;
      }
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  };
  return { asked, source };
}

async function opened({ source }: ReturnType<typeof server>): Promise<Watched<KubeObject>> {
  const watched = await Watched.open(source, () => {});
  watched.follow('ns');
  return watched;
}

describe('what is watched', () => {
  it('goes on from the last version where a connection breaks', async () => {
    const api = server([[]], [[{ type: 'ADDED', object: thing('a', '101') }, new Error('reset')], []]);
    const watched = await opened(api);
    await eventually('it asks again', async () => expect(api.asked).toContain('watch from 101'));
    expect(api.asked).toEqual(['list', 'watch from 100', 'watch from 101']);
    expect(watched.gaps).toEqual([]);
    await watched.close();
  });

  it('tells from a list what was missed, and since when it may have been so', async () => {
    const before = [
      thing('gone', '1'),
      thing('kept', '2'),
      thing('changed', '3'),
      thing('again', '4', 'old'),
    ];
    const after = [
      thing('kept', '2'),
      thing('changed', '8'),
      thing('again', '9', 'new'),
      thing('came', '10'),
    ];
    const api = server([before, after], [[EXPIRED], []]);
    const watched = await opened(api);
    await eventually('it watches again', async () => expect(api.asked).toHaveLength(4));
    expect(watched.sights('ns').map(({ is, object }) => `${is} ${object.metadata.uid}`)).toEqual([
      'deleted gone',
      'deleted old',
      'seen changed',
      'seen new',
      'seen came',
    ]);
    const [gap] = watched.gaps;
    expect(new Set(watched.sights('ns').map(({ since }) => since))).toEqual(new Set([gap?.from]));
    expect(watched.present('ns').map(({ metadata }) => metadata.uid)).toEqual([
      'kept',
      'changed',
      'new',
      'came',
    ]);
    await watched.close();
  });

  it('keeps only what is seen in namespaces that are followed', async () => {
    const api = server([[]], [[{ type: 'ADDED', object: thing('a', '101') }]]);
    const watched = await Watched.open(api.source, () => {});
    await eventually('it is there', async () => expect(watched.present('ns')).toHaveLength(1));
    expect(watched.sights('ns')).toEqual([]);
    await watched.close();
  });
});
