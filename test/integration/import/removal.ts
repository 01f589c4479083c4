import { expect, it } from 'vitest';
import { exportsPlain } from '#test/driver/exporting.ts';
import { awaitNothingOf } from '#test/driver/imported.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';

export function removal(set: OpenedSet): void {
  it('one exporter of three goes, then the second: what the last has stays (istio#36906)', async () => {
    // https://github.com/istio/istio/issues/36906, https://github.com/istio/istio/issues/37624
    for (const [n, member] of set().members.entries()) {
      await exportsPlain(member, 'prod', 'shared', `198.18.37.${n}`);
    }
    for (const member of set().members) {
      await member.awaitImport('prod', 'shared', ({ status }) => expect(status?.clusters).toHaveLength(3));
      for (const [n, source] of set().members.entries())
        await member.awaitAddresses('prod', 'shared', source.id, [`198.18.37.${n}`]);
    }
    const leaving = [...set().members];
    const kept = new Map<string, string | undefined>();
    for (const member of set().members)
      kept.set(member.id, (await member.awaitImport('prod', 'shared')).metadata.uid);
    while (leaving.length > 1) {
      const gone = leaving.shift();
      await gone?.unexports('prod', 'shared');
      for (const member of set().members) {
        await member.awaitAddresses('prod', 'shared', gone?.id ?? '', []);
        const found = await member.awaitImport('prod', 'shared', ({ status }) =>
          expect(status?.clusters).toEqual(leaving.map(({ id }) => ({ cluster: id })).sort(byCluster)),
        );
        expect(found.metadata.uid).toBe(kept.get(member.id));
        for (const source of leaving) {
          const at = set().members.indexOf(source);
          await member.awaitAddresses('prod', 'shared', source.id, [`198.18.37.${at}`]);
        }
      }
    }
  });

  it('the last one goes: nothing is left in any cluster, its own included, garbage collector or not (cilium#37231)', async () => {
    // https://github.com/cilium/cilium/issues/37231, https://github.com/cilium/cilium/pull/36892
    const last = set().members.at(-1);
    await last?.unexports('prod', 'shared');
    for (const member of set().members) await awaitNothingOf(member, 'prod', 'shared');
    await set().settle('prod');
    for (const member of set().members) await awaitNothingOf(member, 'prod', 'shared');
  });
}

function byCluster(a: { cluster: string }, b: { cluster: string }): number {
  return a.cluster < b.cluster ? -1 : 1;
}
