import { afterAll, beforeAll, describe } from 'vitest';
import { useSet } from '#test/driver/use-set.ts';
import { access } from './access.ts';
import { flood } from './flood.ts';
import { forgeries } from './forgeries.ts';
import { logs } from './logs.ts';
import { permissions } from './permissions.ts';
import { replay } from './replay.ts';
import { prepare, type Scene } from './scene.ts';
import { tenants } from './tenants.ts';

/**
 * The threat model, number by number: attackers hold what they have stolen, speak over the wire to real API servers,
 * and real agents run. T04, T17 and T20 need no servers and are beside this; T15, with a third cluster, is a story of its own.
 */
describe('threats', () => {
  const opened = useSet({
    members: ['zzzc', 'shbt'],
    clusters: { audit: true },
    namespaces: ['prod', 'team-b'],
  });
  let prepared: Scene | undefined;
  beforeAll(async () => {
    prepared = await prepare(opened());
  });
  afterAll(() => {
    prepared?.evil.close();
    prepared?.zzzc.close();
  });
  const scene = () => {
    if (prepared === undefined) throw new Error('the scene is not prepared yet: ask for it within a test');
    return prepared;
  };

  describe('what a credential is good for', () => permissions(scene));
  describe('what a member that was taken over writes', () => forgeries(scene));
  describe('what one member does to the speed of others', () => flood(scene));
  describe('what people in one cluster try', () => tenants(scene));
  describe('what was true once', () => replay(scene));
  describe('ways in', () => access(scene));
  describe('what is left in the logs', () => logs(scene));
});
