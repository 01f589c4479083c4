import type { KubeObject, Resource } from '#apis/meta.ts';
import type { Writer } from '#src/cache/contract.ts';
import type { Metrics, SyncOperation } from './metrics.ts';

/** The same writer, each of whose writes is counted in `tombolo_sync_operations_total` by how it ended. */
export function countedWriter<T extends KubeObject>(
  writer: Writer<T>,
  metrics: Pick<Metrics, 'syncOperation'>,
  { kind }: Pick<Resource<T>, 'kind'>,
  direction: SyncOperation['direction'],
): Writer<T> {
  const counted = async (write: Promise<void>, result: SyncOperation['result']): Promise<void> => {
    try {
      await write;
      metrics.syncOperation({ kind, direction, result });
    } catch (error) {
      metrics.syncOperation({ kind, direction, result: 'failed' });
      throw error;
    }
  };
  return {
    create: (object, options) => counted(writer.create(object, options), 'created'),
    update: (object, options) => counted(writer.update(object, options), 'updated'),
    updateStatus: (object, options) => counted(writer.updateStatus(object, options), 'updated'),
    delete: (object, options) => counted(writer.delete(object, options), 'deleted'),
  };
}
