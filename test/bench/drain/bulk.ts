import { exportedEndpointSlices, type IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import { collectionPath } from '#src/kube/paths.ts';
import type { Access } from '../rig/access.ts';
import { ApiServer, METADATA_ONLY, resourceVersionIn } from '../rig/api-server.ts';
import { type Channel, runProgram } from '../rig/program-side.ts';

export interface BulkConfig {
  hub: Access;
  records: readonly IExportedEndpointSlice[];
  /** Writes under way at once. */
  inFlight: number;
}

/** Writes all records once more. */
export interface WriteAll {
  type: 'write';
}

export type BulkSaid = { type: 'ready' } | { type: 'written' };

const MARK = '<version>';
/** Stands in bodies for the generation; no other number in them is as large. */
const GENERATION = 999_999_999;

/**
 * The bare bulk write: records are created at the start, and updated, all of them and as fast as can be, when it is
 * told. Bodies are built beforehand but for the version.
 */
async function bulk(
  { hub, records, inFlight }: BulkConfig,
  channel: Channel<BulkSaid>,
): Promise<(order: WriteAll) => void> {
  const server = new ApiServer(hub);
  const written: { path: string; body: string; version: string }[] = [];
  for (const record of records) {
    const { namespace, name } = record.metadata;
    const path = collectionPath(exportedEndpointSlices, namespace);
    const reply = await server.send('POST', path, JSON.stringify(record), { accept: METADATA_ONLY });
    const metadata = { ...record.metadata, resourceVersion: MARK };
    // Another generation than the one created, or the API server would have nothing to write.
    const source = { ...record.spec.source, generation: GENERATION };
    const body = JSON.stringify({ ...record, metadata, spec: { ...record.spec, source } });
    written.push({ path: `${path}/${name}`, body, version: resourceVersionIn(reply) });
  }
  let generation = 1;
  const writeAll = async () => {
    generation++;
    const left = written.values();
    const write = async () => {
      for (const record of left) {
        const body = record.body
          .replace(MARK, record.version)
          .replace(String(GENERATION), String(generation));
        const reply = await server.send('PUT', record.path, body, { accept: METADATA_ONLY });
        record.version = resourceVersionIn(reply);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, write));
    channel.send({ type: 'written' });
  };
  channel.send({ type: 'ready' });
  return () => {
    writeAll().catch((error: unknown) => channel.fail(error));
  };
}

runProgram(bulk);
