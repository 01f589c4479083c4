import fc from 'fast-check';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { importedSliceName } from '#controllers/endpoints/names.ts';
import { AgentLoops } from '#test/loops/agent.ts';
import { wrongWith } from './cells.ts';
import { GOOD, GOOD_ADDRESS, GOOD_SLICE, type ShownHub, shownHubs, type Writer } from './hub-objects.ts';

/** What a run came to. */
export interface FuzzFigures {
  /** Objects of the hub that were not as they should be, and were read. */
  records: number;
  /** What the agents wrote, every one of which was looked at. */
  writes: number;
  /** Lists that were refused as a whole. */
  refusedLists: number;
}

/** Hubs between two looks at how many records that were. */
const BATCH = 200;

/**
 * Has agents read hostile records until there were so many, and throws at the first hub that makes one crash, run in
 * circles or write outside its cells, with the seed and the smallest such hub. `seed` repeats a run.
 */
export async function fuzz(
  records: number,
  { seed = Date.now() & 0x7fffffff, say = () => {} }: { seed?: number; say?: (line: string) => void } = {},
): Promise<FuzzFigures> {
  const figures: FuzzFigures = { records: 0, writes: 0, refusedLists: 0 };
  for (let batch = 0; figures.records < records; batch++) {
    const property = fc.asyncProperty(shownHubs, ({ writer, hubs }) => oneAgent(writer, hubs, figures));
    await fc.assert(property, { numRuns: BATCH, seed: seed + batch });
    if (batch % 50 === 49) say(`${figures.records} records, ${figures.writes} writes`);
  }
  return figures;
}

async function oneAgent(writer: Writer, hubs: readonly ShownHub[], figures: FuzzFigures): Promise<void> {
  const agent = await AgentLoops.start();
  for (const hub of hubs) {
    figures.refusedLists += await agent.reads(hub);
    figures.records += hub.hostile;
    const claimants = agent.claims().filter((uid) => uid !== undefined && typeof uid !== 'string');
    if (claimants.length > 0) throw new Error(`${claimants.length} ids belong to what is no UID`);
  }
  figures.writes += agent.writes.length;
  const wrong = agent.writes.flatMap((write) => wrongWith(write, writer, agent.namespaces));
  if (writer === 'another member') wrong.push(...lacking(agent));
  if (Object(Object.create(Object.prototype)).polluted !== undefined) wrong.push('a prototype is polluted');
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

/** What another member's records have cost the one that does nothing wrong. */
function lacking({ own }: AgentLoops): string[] {
  const name = importedSliceName(GOOD, 'prod', 'db', GOOD_SLICE);
  const { resource, store } = own.endpointSlices;
  const slice = store.get(`prod/${name}`);
  const expected =
    own.serviceImports.store.get('prod/db')?.metadata.annotations?.['tombolo.dev/sources'] ?? '';
  return [
    ...(slice === undefined
      ? [`${resource.kind} ${name} of ${exportedEndpointSlices.kind} ${GOOD_ADDRESS} is gone`]
      : []),
    ...(expected.includes(`"${GOOD}"`) ? [] : [`the import of prod/db no longer knows ${GOOD}`]),
  ];
}
