import { markdownTable } from '#test/docs/table.ts';
import type { Costs } from './costs.ts';
import { hubLoad, type Limit, limitsOf, type Means, memberLoad, type SetShape } from './load.ts';

/** Four times the set of B10: as many changes and endpoints a cluster. */
export const THOUSAND: SetShape = {
  clusters: 1_000,
  slices: 10,
  changesPerSecond: 1.3,
  leaseSeconds: 10,
  watches: 5,
};

/** A large machine for the hub, and what an agent's Deployment asks for. */
export const MEANS: Means = {
  hubProcessors: 16,
  hubBytesPerSecond: 1.25e9,
  hubWritesPerSecond: 500,
  memberProcessors: 1,
  memberWritesPerSecond: 500,
  memberBytes: 2 ** 30,
};

/** The tables of docs/scale.md. */
export const MARKS = ['costs', 'hub', 'member', 'limits'] as const;

/** The tables of docs/scale.md, by their marks. `from` says where each benchmark's figures are from. */
export function scaleTables(costs: Costs, from: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([
    ['costs', costsTable(costs, from)],
    ['hub', hubTable(costs, THOUSAND)],
    ['member', memberTable(costs, THOUSAND)],
    ['limits', limitsTable(limitsOf(costs, THOUSAND, MEANS))],
  ]);
}

function costsTable(costs: Costs, from: ReadonlyMap<string, string>): string {
  const row = (name: string, what: string, value: string, by: string) => [
    name === '' ? '' : `*${name}*`,
    what,
    value,
    `${by}, ${from.get(by)}`,
  ];
  return markdownTable(
    ['', 'cost', 'measured', 'by'],
    [
      row('w', 'writes on the hub for a change', three(costs.hubWrites), 'amplification'),
      row('v', 'writes in each importing cluster for a change', three(costs.importerWrites), 'amplification'),
      row(
        'p',
        'processor time of the hub’s API server for a write',
        `${two(costs.hubWriteMs)} ms`,
        'amplification',
      ),
      row('q', 'the same for telling one member of it', `${two(costs.hubTellMs)} ms`, 'amplification'),
      row(
        's',
        'what the hub sends one member for a change of a slice of 100 endpoints',
        kilobytes(costs.sentBytes),
        'bytes',
      ),
      row('r', 'a record of such a slice', kilobytes(costs.recordBytes), 'bytes'),
      row('i', 'processor time of an importer for such a change', `${two(costs.importMs)} ms`, 'memory'),
      row('h', 'heap for an imported endpoint', `${costs.endpointBytes.toFixed(0)} B`, 'memory'),
      row(
        'm',
        'resident memory of an importer with next to nothing imported',
        `${costs.residentMiB.toFixed(0)} MiB`,
        'memory',
      ),
      row(
        '',
        'records a second that the hub took, on that machine',
        whole(costs.hubWritesPerSecond),
        'drain',
      ),
      row(
        '',
        'slices a second that an importer and its API server took, there',
        whole(costs.importsPerSecond),
        'ceiling',
      ),
    ],
  );
}

function hubTable(costs: Costs, set: SetShape): string {
  const load = hubLoad(costs, set);
  const n = whole(set.clusters);
  return markdownTable(
    ['what the hub carries', 'arithmetic', 'comes to'],
    [
      ['changes', `${n} × ${set.changesPerSecond}`, `${whole(load.changesPerSecond)}/s`],
      ['renewals of Leases', `${n} / ${set.leaseSeconds} s`, `${whole(load.leasesPerSecond)}/s`],
      [
        'writes',
        `${whole(load.changesPerSecond)} × *w* + ${whole(load.leasesPerSecond)}`,
        `${whole(load.writesPerSecond)}/s`,
      ],
      ['events told', `${whole(load.changesPerSecond)} × ${n}`, `${whole(load.toldPerSecond)}/s`],
      ['sent', `${whole(load.toldPerSecond)} × *s*`, `${gigabytes(load.bytesPerSecond)}/s`],
      [
        'processors of its API server',
        `${whole(load.writesPerSecond)} × *p* + ${whole(load.toldPerSecond)} × *q*`,
        one(load.processors),
      ],
      ['watches', `${n} × ${set.watches}`, whole(load.watches)],
      ['records at rest', `${n} × ${set.slices} × *r*`, gigabytes(load.storedBytes)],
      [
        'sent when its API server restarts and everybody lists',
        `${n} × ${gigabytes(load.storedBytes)}`,
        gigabytes(load.restartBytes),
      ],
    ],
  );
}

function memberTable(costs: Costs, set: SetShape): string {
  const load = memberLoad(costs, set);
  const changes = whole(set.clusters * set.changesPerSecond);
  return markdownTable(
    ['what a member carries', 'arithmetic', 'comes to'],
    [
      ['endpoints', `${whole(set.clusters)} × ${set.slices} × 100`, whole(load.endpoints)],
      ['writes in its cluster', `${changes} × *v*`, `${whole(load.writesPerSecond)}/s`],
      ['received', `${changes} × *s*`, `${megabytes(load.bytesPerSecond)}/s`],
      ['processors of its agent', `${changes} × *i*`, two(load.processors)],
      [
        'memory of its agent',
        `*m* + ${whole(load.endpoints)} × *h*`,
        `${whole(load.residentBytes / 2 ** 20)} MiB`,
      ],
    ],
  );
}

function limitsTable(limits: readonly Limit[]): string {
  return markdownTable(
    ['what it comes up against', 'load', 'there is', 'used up by so many clusters'],
    limits.map(({ what, load, most, unit, clusters }) => [
      what,
      amount(load, unit),
      amount(most, unit),
      whole(clusters),
    ]),
  );
}

const amount = (value: number, unit: string) =>
  `${value < 100 ? one(value) : whole(value)}${unit === '' || unit.startsWith('/') ? unit : ` ${unit}`}`;
const whole = (value: number) => Math.round(value).toLocaleString('en');
const one = (value: number) => value.toFixed(1);
const two = (value: number) => value.toFixed(2);
const three = (value: number) => value.toFixed(3);
const kilobytes = (bytes: number) => `${two(bytes / 1e3)} kB`;
const megabytes = (bytes: number) => `${one(bytes / 1e6)} MB`;
const gigabytes = (bytes: number) => `${two(bytes / 1e9)} GB`;
