import { describe, expect, it } from 'vitest';
import { until } from '#test/clusters/machine/until.ts';
import type { Facts } from './facts.ts';
import { look, ONLY_THE_SET_FAILS, THE_CLUSTER_FAILS, WELL } from './look.ts';
import type { BothReady, Pair } from './pair.ts';
import { ALL_RIGHTS, setRights } from './rights.ts';

/** What CoreDNS waits for its caches before it answers without them. */
const STARTUP_TIMEOUT_MS = 5_000;
const BACK_OFF_MS = 90_000;

/** Started without the CRD, or with it but without the right to read ServiceImports. */
export interface Missing {
  crd: Pair;
  right: Pair;
  bothReady: BothReady;
}

/** What is so without the CRD is so without the right, too. */
export function missing(started: () => Missing): void {
  const cases = [
    { what: 'the CRD', pair: () => started().crd },
    { what: 'the right to read ServiceImports', pair: () => started().right },
  ];
  describe.each(cases)('$what', ({ pair }) => {
    it("within the cluster's own block, fails wherever it should deny, and is never ready", () => {
      expect(pair().inline.look).toEqual(THE_CLUSTER_FAILS);
    });

    it("within the cluster's own block, fails at every step of a search list", () => {
      expect(pair().inline.path).toEqual(['SERVFAIL', 'SERVFAIL', 'SERVFAIL', 'resolves']);
    });

    it('in a block apart, fails for clusterset.local only', () => {
      expect(pair().separate.look).toEqual(ONLY_THE_SET_FAILS);
      expect(pair().separate.path).toEqual(['NXDOMAIN', 'NXDOMAIN', 'NXDOMAIN', 'resolves']);
    });

    it('either way answers nobody for five seconds', () => {
      expect(pair().inline.dns.startMs).toBeGreaterThan(STARTUP_TIMEOUT_MS);
      expect(pair().separate.dns.startMs).toBeGreaterThan(STARTUP_TIMEOUT_MS);
    });
  });

  it('says what it misses', () => {
    expect(started().crd.separate.dns.output).toContain(
      'failed to list *v1alpha1.ServiceImport: the server could not find the requested resource',
    );
    expect(started().right.separate.dns.output).toContain('cannot list resource "serviceimports"');
  });

  it('with `ready` in the block apart, too, is as ready as the block that comes last', async () => {
    const { first, last } = started().bothReady;
    expect(await look(last)).toEqual({ ...ONLY_THE_SET_FAILS, ready: 503 });
    expect(await look(first)).toEqual(ONLY_THE_SET_FAILS);
  });
}

/** Comes last: by then most of the waiting is over. */
export function foundLater(facts: () => Facts, started: () => Missing): void {
  it('the CRD', async () => {
    await untilWell(started().crd);
  });

  it('the right to read ServiceImports', async () => {
    await setRights(facts().cluster, 'no-right-inline', ALL_RIGHTS);
    await setRights(facts().cluster, 'no-right-separate', ALL_RIGHTS);
    await untilWell(started().right);
  });
}

async function untilWell({ inline, separate }: Pair): Promise<void> {
  for (const { dns } of [inline, separate]) {
    const isWell = async () => JSON.stringify(await look(dns)) === JSON.stringify(WELL);
    await until('all is well', isWell, { timeoutMs: BACK_OFF_MS });
  }
}
