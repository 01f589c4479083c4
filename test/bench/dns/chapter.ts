import type { Chapter, Figure } from '../report/chapter.ts';
import { renderChapter } from '../report/text.ts';
import { withInterval } from '../stats/ratio.ts';
import type { Kind } from './content.ts';
import type { DnsFigures, KindFigures } from './figures.ts';

const MOST_EVENTS = 1;
const LEAST_RATE = 0.95;
/** What that comes to for a server that is the slower of the two: a client that is slower hides it. */
const MOST_PROCESSOR = 1.05;

const TOLD: Record<Kind, string> = {
  service: 'a Service’s address',
  headless: 'all pods of a headless Service',
  pod: 'one pod',
};

/** The figures as a person reads them. */
export function renderDns(found: DnsFigures): string {
  return renderChapter(dnsChapter(found));
}

/** B12: an imported slice as an answer. */
export function dnsChapter(found: DnsFigures): Chapter {
  const { services, concurrency, changes, answerMs, besideOwn, eventMs, events, added, kinds, busy } = found;
  return {
    id: 'B12',
    name: 'dns',
    title: 'Names of the set',
    conditions: [
      `${changes} changes of one endpoint on each lane, in turns; ${2 * services} Services in either zone, one CoreDNS with the stock kubernetes plugin for both, without a cache, on one processor, ${concurrency} questions under way at once over the loopback.`,
      `${kinds[0]?.n} windows of each kind of name and lane, in turns; cluster.local beside itself ${kinds.map(({ noiseFloor }) => withInterval(noiseFloor)).join(', ')}. CoreDNS was busy for ${(100 * busy).toFixed(0)} % of the time in which it was asked; what is missing is the client’s, so its processor time for an answer counts, too.`,
      'Real: the hub, both members with their agents, and CoreDNS.',
    ],
    figures: [
      {
        what: 'from the slice in B until CoreDNS answers with it, over one watch event',
        measured: withInterval(events),
        target: `≤ ${MOST_EVENTS.toFixed(2)}`,
        met: events.value <= MOST_EVENTS,
      },
      {
        what: 'the same over that of a slice of the cluster’s own, under cluster.local',
        measured: withInterval(besideOwn),
      },
      {
        what: 'from the slice in A until B answers with it, over until the slice is in B',
        measured: withInterval(added),
      },
      {
        what: 'from the slice in B to an answer, p50 and p99, set and own; one watch event; here',
        measured: `${answerMs.setP50.toFixed(2)} and ${answerMs.setP99.toFixed(2)} ms, ${answerMs.ownP50.toFixed(2)} and ${answerMs.ownP99.toFixed(2)} ms; ${eventMs.toFixed(2)} ms`,
      },
      ...kinds.flatMap(ofKind),
    ],
    plots: [
      {
        kind: 'bars',
        y: 'answers a second, over cluster.local',
        bars: kinds.map(({ kind, rate }) => ({ name: TOLD[kind], value: rate.value, limit: LEAST_RATE })),
      },
      {
        kind: 'bars',
        y: 'ms from the slice in B',
        bars: [
          { name: 'clusterset.local p50', value: answerMs.setP50, limit: eventMs },
          { name: 'cluster.local p50', value: answerMs.ownP50 },
          { name: 'clusterset.local p99', value: answerMs.setP99 },
          { name: 'cluster.local p99', value: answerMs.ownP99 },
        ],
      },
    ],
  };
}

function ofKind({ kind, rate, processor, setPerSecond, ownPerSecond }: KindFigures): Figure[] {
  return [
    {
      what: `${TOLD[kind]}: answers a second, over cluster.local`,
      measured: withInterval(rate),
      target: `≥ ${LEAST_RATE.toFixed(2)}`,
      met: rate.value >= LEAST_RATE,
    },
    {
      what: `${TOLD[kind]}: CoreDNS’ processor time for an answer, over cluster.local`,
      measured: processor.toFixed(2),
      target: `≤ ${MOST_PROCESSOR.toFixed(2)}`,
      met: processor <= MOST_PROCESSOR,
    },
    {
      what: `${TOLD[kind]}: answers a second, set and own, here`,
      measured: `${setPerSecond.toLocaleString('en')}, ${ownPerSecond.toLocaleString('en')}`,
    },
  ];
}
