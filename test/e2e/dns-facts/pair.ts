import { inline, ownBlock, type Place, separate, stock } from './corefiles.ts';
import type { Facts } from './facts.ts';
import { type Look, look, searchPath } from './look.ts';
import type { OwnCoreDns } from './own-coredns.ts';
import { type Readable, STOCK_RIGHTS } from './rights.ts';

/** One CoreDNS of each kind, started under the same conditions, and what they did at once. */
export interface Pair {
  inline: Started;
  separate: Started;
}

/** One of them. */
export interface Started {
  dns: OwnCoreDns;
  /** As soon as it answered. */
  look: Look;
  /** What a search list met then. */
  path: string[];
}

/** Starts both side by side with these rights. */
export async function startPair(facts: Facts, name: string, rights: readonly Readable[]): Promise<Pair> {
  const start = async (kind: string, corefile: typeof inline): Promise<Started> => {
    const dns = await facts.start({ name: `${name}-${kind}`, corefile, rights });
    return { dns, look: await look(dns), path: await searchPath(dns, 'outside.test') };
  };
  const [first, second] = await Promise.all([start('inline', inline), start('separate', separate)]);
  return { inline: first, separate: second };
}

/** Two that lack a right, with the plugin `ready` in the block apart, too: which of the blocks comes first differs. */
export interface BothReady {
  first: OwnCoreDns;
  last: OwnCoreDns;
}

/** Starts both side by side. */
export async function startBothReady(facts: Facts): Promise<BothReady> {
  const own = (place: Place) => ownBlock(place, [], [`ready 127.0.0.1:${place.readyPort}`]);
  const [first, last] = await Promise.all([
    facts.start({
      name: 'ready-first',
      corefile: (place) => own(place) + stock(place),
      rights: STOCK_RIGHTS,
    }),
    facts.start({ name: 'ready-last', corefile: (place) => stock(place) + own(place), rights: STOCK_RIGHTS }),
  ]);
  return { first, last };
}
