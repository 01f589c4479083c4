import { expect, test } from 'vitest';
import type { KubeObject } from '#apis/meta.ts';
import type { Writer } from '#src/cache/contract.ts';
import { countedWriter } from './counted-writer.ts';
import type { SyncOperation } from './metrics.ts';

const object: KubeObject = { metadata: { name: 'db' } };

test('every write is counted by how it ended, and ends in the same way', async () => {
  const seen: SyncOperation[] = [];
  const calls: string[] = [];
  const writer: Writer<KubeObject> = {
    create: async () => void calls.push('create'),
    update: async () => Promise.reject(new Error('fenced off')),
    updateStatus: async () => void calls.push('updateStatus'),
    delete: async () => void calls.push('delete'),
  };
  const metrics = { syncOperation: (operation: SyncOperation) => void seen.push(operation) };
  const counted = countedWriter(writer, metrics, { kind: 'Service' }, 'import');
  await counted.create(object);
  await expect(counted.update(object)).rejects.toThrow('fenced off');
  await counted.updateStatus(object);
  await counted.delete(object);
  expect(calls).toEqual(['create', 'updateStatus', 'delete']);
  expect(seen.map(({ result }) => result)).toEqual(['created', 'failed', 'updated', 'deleted']);
  expect(new Set(seen.map(({ kind, direction }) => `${direction} ${kind}`))).toEqual(
    new Set(['import Service']),
  );
});
