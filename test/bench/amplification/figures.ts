import type { RequestCounts } from '#test/driver/requests.ts';
import type { WholeSet } from '#test/driver/requests-of-all.ts';
import type { Chapter, Figure } from '../report/chapter.ts';

/** What was counted, and of whom. */
export interface AmplificationCounts {
  changes: number;
  exporter: string;
  importers: readonly string[];
  requests: WholeSet;
  /** Processor time of the hub's API server meanwhile. */
  hubMs: number;
}

/** Requests per change with so many importers; refused ones count like others. */
export interface Amplification {
  importers: number;
  changes: number;
  hubWrites: number;
  exporterWrites: number;
  /** Of the importer that wrote least, and of the one that wrote most. */
  importerWrites: { least: number; most: number };
  /** Among the writes: those of a status. */
  statusWrites: number;
  /** GETs and LISTs of objects, anywhere. */
  reads: number;
  /** Processor time of the hub's API server for a change. */
  hubMs: number;
  /** All that no change has caused, by place and request: watches that were opened again, and discovery. */
  besides: RequestCounts;
}

const WRITES = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);
const READS = new Set(['get', 'list']);

/** Divides what was asked of every API server by the changes that were made. */
export function amplificationOf({
  changes,
  exporter,
  importers,
  requests,
  hubMs,
}: AmplificationCounts): Amplification {
  const places = Object.entries(requests);
  const count = (counts: RequestCounts, counted: (verb: string, what: string) => boolean) =>
    Object.entries(counts)
      .filter(([request]) => counted(...verbAndObject(request)))
      .reduce((sum, [, times]) => sum + times, 0) / changes;
  const written = (counts: RequestCounts = {}) => count(counts, isWrite);
  const everywhere = (counted: (verb: string, what: string) => boolean) =>
    places.reduce((sum, [, counts]) => sum + count(counts, counted), 0);
  const each = importers.map((id) => written(requests[`${id}, by its agent`]));
  return {
    importers: importers.length,
    changes,
    hubWrites: places
      .filter(([place]) => place.startsWith('hub, '))
      .reduce((sum, [, counts]) => sum + written(counts), 0),
    exporterWrites: written(requests[`${exporter}, by its agent`]),
    importerWrites: { least: Math.min(...each), most: Math.max(...each) },
    statusWrites: everywhere((verb, what) => isWrite(verb) && what.endsWith('/status')),
    reads: everywhere(isRead),
    hubMs: Math.round((100 * hubMs) / changes) / 100,
    besides: Object.fromEntries(
      places.flatMap(([place, counts]) =>
        Object.entries(counts)
          .filter(([request]) => {
            const [verb, what] = verbAndObject(request);
            return !isWrite(verb) && !isRead(verb, what);
          })
          .map(([request, times]) => [`${place}: ${request}`, times]),
      ),
    ),
  };
}

/** The figures as a person reads them. */
export function renderAmplification(found: readonly Amplification[]): string {
  const rows = found.map((run) =>
    [String(run.importers).padStart(9), ...cells(run).map((cell) => cell.padStart(15))].join(''),
  );
  const besides = found.flatMap((run) => Object.entries(run.besides).map(([what, n]) => `${what}: ${n}`));
  return [
    `requests per change, ${found[0]?.changes} changes each, from audit logs`,
    [
      'importers',
      ...['hub writes', 'own import', 'each importer', 'status writes', 'GET + LIST'].map((name) =>
        name.padStart(15),
      ),
    ].join(''),
    ...rows,
    ...(besides.length === 0 ? [] : ['', 'not caused by any change:', ...besides]),
  ].join('\n');
}

/** All of them are exact. */
export function amplificationCounts(found: readonly Amplification[]): Figure[] {
  const sizes = found.map(({ importers }) => importers).join(', ');
  const all = (what: string, target: string, pick: (run: Amplification) => string): Figure => {
    const measured = found.map(pick);
    const same = measured.every((one) => one === measured[0]);
    return {
      what: `${what}, with ${sizes} importers`,
      measured: same ? (measured[0] ?? '') : measured.join(', '),
      target,
      met: measured.every((one) => one === target),
    };
  };
  return [
    all('writes on the hub', '1.000', (run) => exact(run.hubWrites)),
    all('writes in each importing cluster', '1.000', ({ importerWrites }) => range(importerWrites)),
    all('writes in the exporting cluster, its own import', '1.000', (run) => exact(run.exporterWrites)),
    all('status writes', '0.000', (run) => exact(run.statusWrites)),
    all('GET and LIST', '0.000', (run) => exact(run.reads)),
  ];
}

/** B2 and B3: what one change costs in requests. */
export function amplificationChapter(found: readonly Amplification[]): Chapter {
  const [first] = found;
  const writesOfAll = ({ importers, hubWrites, exporterWrites, importerWrites }: Amplification) =>
    hubWrites + exporterWrites + importers * importerWrites.most;
  return {
    id: 'B2, B3',
    name: 'amplification',
    title: 'Requests per change',
    conditions: [
      `${first?.changes} changes of one endpoint in a slice of 100, each seen in every cluster before the next; all members are real agents on real API servers.`,
      'Counted from the audit logs of all API servers, by the agents’ own identities; renewals of Leases are left out, refused requests are not.',
    ],
    figures: [
      ...amplificationCounts(found),
      {
        what: `processor time of the hub's API server for a change, its audit log included, with ${found.map(({ importers }) => importers).join(', ')} importers, here`,
        measured: found.map(({ hubMs }) => `${hubMs.toFixed(2)} ms`).join(', '),
      },
    ],
    plots: [
      {
        kind: 'lines',
        x: 'importing clusters',
        y: 'writes per change, hub and all clusters',
        series: [
          { name: 'measured', points: found.map((run) => [run.importers, writesOfAll(run)]) },
          {
            name: 'one on the hub, one in each cluster',
            bound: true,
            points: found.map(({ importers }) => [importers, importers + 2]),
          },
        ],
      },
    ],
  };
}

function cells({ hubWrites, exporterWrites, importerWrites, statusWrites, reads }: Amplification): string[] {
  return [exact(hubWrites), exact(exporterWrites), range(importerWrites), exact(statusWrites), exact(reads)];
}

/** `update serviceexports/status 409` → verb and object. */
function verbAndObject(request: string): [verb: string, what: string] {
  const [verb = '', what = ''] = request.split(' ');
  return [verb, what];
}

const isWrite = (verb: string) => WRITES.has(verb);

/** Discovery has a path for an object: it is asked now and then, whatever changes. */
const isRead = (verb: string, what: string) => READS.has(verb) && !what.startsWith('/');

const exact = (perChange: number) => perChange.toFixed(3);

const range = ({ least, most }: Amplification['importerWrites']) =>
  least === most ? exact(least) : `${exact(least)}-${exact(most)}`;
