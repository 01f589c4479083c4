import { expect, test } from 'vitest';
import { exporter } from '#test/builders/exporters.ts';
import { mergeFamilies } from './families.ts';

/** `46` for dual stack, IPv4 first; `-` for an exporter that states nothing. */
function merge(...exporters: string[]) {
  const records = exporters.map((text, at) =>
    exporter(`c${at}`, {
      ipFamilies: [...text].filter((digit) => digit !== '-').map((digit) => `IPv${digit}`),
    }),
  );
  const { families, unreachable, decidedBy } = mergeFamilies(records);
  return {
    families: families.map((family) => family.slice(3)).join('') || '-',
    unreachable: unreachable.map(({ cluster }) => cluster).join(),
    decidedBy: decidedBy?.cluster,
  };
}

/** SEMANTICS 3.11. Exporters oldest first, merged families, exporters in conflict. */
test.each<[string[], string, string, string]>([
  [['4'], '4', '', 'one exporter decides alone'],
  [['46'], '46', '', 'dual stack stays dual stack'],
  [['64', '46'], '64', '', 'the order is the oldest’s, and another order is no conflict'],
  [['46', '4'], '4', '', 'what is not common falls away without a conflict'],
  [['4', '46'], '4', '', 'the same from the other side'],
  [['46', '6', '46'], '6', '', 'a narrowed intersection stays narrow'],
  [['4', '6'], '4', 'c1', 'nothing in common: the oldest’s families stay'],
  [['46', '4', '6'], '4', 'c2', 'an exporter without overlap is stepped over'],
  [['4', '6', '46', '6'], '4', 'c1,c3', 'each one without overlap is in conflict'],
  [['-', '6'], '6', '', 'no statement is not the empty set (https://github.com/cilium/cilium/pull/42145)'],
  [['46', '-', '4'], '4', '', 'no statement between two others'],
  [['-', '-'], '-', '', 'nobody states any'],
  [['47', '7'], '7', '', 'a family from the future is merged like any other'],
])('%j give %s, in conflict: "%s" (%s)', (exporters, families, unreachable) => {
  expect(merge(...exporters)).toMatchObject({ families, unreachable });
});

test('the families are the oldest’s that states any', () => {
  expect(merge('-', '46', '4').decidedBy).toBe('c1');
});
