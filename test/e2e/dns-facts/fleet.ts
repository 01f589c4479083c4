import { dedicated, inline, separate, separateWith, stub } from './corefiles.ts';
import type { Facts } from './facts.ts';
import type { OwnCoreDns } from './own-coredns.ts';
import { STOCK_RIGHTS } from './rights.ts';

/** One CoreDNS of every kind that serves clusterset.local as it should, all for the same cluster. */
export interface Fleet {
  /** In the cluster's own block. */
  inline: OwnCoreDns;
  /** In a block apart. */
  separate: OwnCoreDns;
  /** In a block apart with `noendpoints`. */
  noendpoints: OwnCoreDns;
  /** For nothing but the set. */
  dedicated: OwnCoreDns;
  /** The cluster's, with a stub zone that leads to the dedicated one. */
  stub: OwnCoreDns;
}

/** Starts them; each is named as in Fleet. */
export async function startFleet({ start }: Facts): Promise<Fleet> {
  const [first, second, third, server] = await Promise.all([
    start({ name: 'inline', corefile: inline }),
    start({ name: 'separate', corefile: separate }),
    start({ name: 'noendpoints', corefile: separateWith('noendpoints') }),
    start({ name: 'dedicated', corefile: dedicated }),
  ]);
  const stubbed = await start({ name: 'stub', corefile: stub(server), rights: STOCK_RIGHTS });
  return { inline: first, separate: second, noendpoints: third, dedicated: server, stub: stubbed };
}
