import { describe, expect, it } from 'vitest';
import { eventually } from '#test/driver/eventually.ts';
import { type ChartName, ENOUGH, namespaceOf, objectsOf, template } from './driver/charts.ts';
import { differing } from './driver/release.ts';
import { HELMS } from './driver/use-helms.ts';
import { useReleases } from './driver/use-releases.ts';

const CASES: [cluster: string, chart: ChartName, values: object][] = [
  ['hub', 'tombolo-hub', { members: { zzzc: {}, shbt: { allowedNamespaces: ['prod'] } } }],
  ['zzzc', 'tombolo-member', { ...ENOUGH, dns: { mode: 'forward' } }],
];

describe.each(HELMS)('what %s renders', (name) => {
  const at = useReleases(name, {
    hub: { name: 'hub', controllers: true },
    members: [{ name: 'zzzc', controllers: true }],
  });

  it.each(CASES)(
    'is applied to %s in one go, %s, and the second time changes nothing',
    async (cluster, chart, values) => {
      const { helm, kubectl } = at.on(cluster);
      const text = await template(helm, chart, values, '--skip-tests');
      const objects = objectsOf(text);
      await kubectl.run(['create', 'namespace', namespaceOf(chart)]);
      await kubectl.run(['apply', '--server-side', '-f', '-'], text);
      // The garbage collector and others have their say about what is new.
      const settled = await eventually('every object is there', async () => {
        const versions = await at.on(cluster).versions(objects);
        expect(Object.keys(versions)).toHaveLength(objects.length);
        return versions;
      });
      await kubectl.run(['apply', '--server-side', '-f', '-'], text);
      expect(differing(settled, await at.on(cluster).versions(objects))).toEqual([]);
    },
  );
});
