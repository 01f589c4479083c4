import { beforeAll, describe } from 'vitest';
import { installCrds } from '#test/clusters/crds.ts';
import { MEMBER_CRDS } from '#test/driver/install.ts';
import { cost } from './cost.ts';
import { useFacts } from './facts.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { importHeadless } from './imports.ts';
import { foundLater, type Missing, missing } from './missing.ts';
import { names } from './names.ts';
import { startBothReady, startPair } from './pair.ts';
import { refused, taken } from './refused.ts';
import { reverse } from './reverse.ts';
import { ALL_RIGHTS, STOCK_RIGHTS } from './rights.ts';
import { sizes } from './sizes.ts';

/** docs/dns.md tells administrators what is found here. */
describe('CoreDNS that is to answer for clusterset.local', () => {
  const facts = useFacts({ audit: true });
  let started: Missing;
  let fleet: Fleet;
  beforeAll(async () => {
    const { cluster } = facts();
    const crd = await startPair(facts(), 'no-crd', ALL_RIGHTS);
    await installCrds(cluster.admin, [MEMBER_CRDS]);
    await importHeadless(cluster.admin, 'db', 'zzzc', [
      { hostname: 'db-0', address: '198.18.1.7' },
      { hostname: 'db-1', address: '198.18.1.8' },
    ]);
    await importHeadless(cluster.admin, 'db', 'shbt', [
      { hostname: 'db-0', address: '198.18.2.7' },
      { address: '198.18.2.9' },
    ]);
    await importHeadless(cluster.admin, 'empty', 'shbt', []);
    const [right, bothReady] = await Promise.all([
      startPair(facts(), 'no-right', STOCK_RIGHTS),
      startBothReady(facts()),
    ]);
    started = { crd, right, bothReady };
    fleet = await startFleet(facts());
  });

  describe('without', () => missing(() => started));
  describe('gives these names:', () => names(() => fleet));
  describe('gives names for addresses:', () => reverse(facts, () => fleet));
  describe('has the API server keep watches open:', () => cost(facts));
  describe('with long answers:', () => sizes(facts, () => fleet));
  describe('with a Corefile that it refuses:', () => refused(facts, () => fleet));
  describe('with a Corefile that it takes, wrongly:', () => taken(facts));
  describe('finds by itself, with no restart and no reload,', () => foundLater(facts, () => started));
});
