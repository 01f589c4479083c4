import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { findCheck } from '#controllers/view/checks/catalogue.ts';

it('the check that an alert names is one that `tombolo explain` knows', () => {
  const text = readFileSync('charts/tombolo-member/templates/prometheusrule.yaml', 'utf8');
  const named = [...text.matchAll(/^ +check: (\S+)$/gm)].map(([, id = '']) => id);
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((id) => findCheck(id) === undefined)).toEqual([]);
});
