import { beforeAll, describe } from 'vitest';
import { useSet } from '#test/driver/use-set.ts';
import { address } from './address.ts';
import { families } from './families.ts';
import { namespaces } from './namespaces.ts';
import { ports } from './ports.ts';
import { removal } from './removal.ts';
import { rest } from './rest.ts';
import { slices } from './slices.ts';
import { topology } from './topology.ts';
import { view } from './view.ts';

describe('what one cluster exports is imported into each', () => {
  const set = useSet({
    clusters: { audit: true },
    // bjpdc has one family only.
    each: { zzzc: { stack: 'dual' }, shbt: { stack: 'dual' } },
    agents: false,
  });
  beforeAll(() => {
    set().startHub();
    set().startAgent('zzzc');
    set().startAgent('shbt');
    set().startAgent('bjpdc', { headlessDerivedService: true });
  });
  describe('as a ServiceImport that consumers can read', () => view(set));
  describe('at an address of its own', () => address(set));
  describe('slice by slice', () => slices(set));
  describe('port by port', () => ports(set));
  describe('with its place in the topology', () => topology(set));
  describe('over the families that it has', () => families(set));
  describe('where the namespace is', () => namespaces(set));
  describe('for as long as somebody exports it', () => removal(set));
  describe('and then there is rest', () => rest(set));
});
