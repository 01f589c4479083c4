import { expect, test } from 'vitest';
import { endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import type { KubeObject } from '#apis/meta.ts';
import { NotYet } from '#src/runtime/controller.ts';
import type { EventNote } from '#src/runtime/events.ts';
import { SteppedClock } from '#test/clock/stepped-clock.ts';
import { endpoint, slice } from '#test/driver/builders.ts';
import { RecordingLog } from '#test/runtime/recording-log.ts';
import { contestedWriter } from './contested-writer.ts';
import { AT_ONCE } from './rivalry.ts';

const owner = {
  apiVersion: 'multicluster.x-k8s.io/v1alpha1',
  kind: 'ServiceImport',
  name: 'db',
  uid: 'import-1',
  controller: true,
};
const wanted = (address: string): IEndpointSlice => {
  const plain = slice('prod', 'db', 'a', [endpoint(address)]);
  return { ...plain, metadata: { ...plain.metadata, ownerReferences: [owner] } };
};

/** A writer before which somebody called `argocd` undoes everything, and what became of the writes. */
function fought({ fails = false } = {}) {
  const clock = new SteppedClock();
  const written: string[] = [];
  const notes: EventNote[] = [];
  const note = (what: string) => async (object: KubeObject) => {
    if (fails) throw new Error('no answer');
    written.push(`${what} ${object.metadata.name}`);
  };
  const writer = contestedWriter<IEndpointSlice>(
    {
      create: note('create'),
      update: note('update'),
      updateStatus: note('status'),
      delete: note('delete'),
    },
    endpointSlices,
    {
      client: {
        get: async (_resource, { name }) =>
          Object({
            metadata: { name, managedFields: [{ manager: 'argocd', time: '2026-01-01T00:00:00Z' }] },
          }),
      },
      clock,
      events: { record: (event) => void notes.push(event) },
      log: new RecordingLog(),
    },
  );
  return { clock, written, notes, writer };
}

async function waitOf(write: Promise<void>): Promise<number> {
  const error = await write.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error !== undefined && !(error instanceof NotYet)) throw error;
  return error?.after ?? 0;
}

test('what is undone each time is put back ten times at once, then waits, and that is told once on its import', async () => {
  const { clock, written, notes, writer } = fought();
  for (let n = 0; n <= AT_ONCE; n++) await writer.update(wanted('198.18.1.1'));
  expect(await waitOf(writer.update(wanted('198.18.1.1')))).toBe(1_000);
  expect(await waitOf(writer.update(wanted('198.18.1.1')))).toBe(1_000);
  expect(written).toHaveLength(AT_ONCE + 1);
  expect(notes).toMatchObject([
    { reason: 'Contested', about: { kind: 'ServiceImport', metadata: { name: 'db' } } },
  ]);
  expect(notes[0]?.message).toContain('"argocd" rewrites EndpointSlice db-a each time');
  await clock.step(1_000);
  expect(await waitOf(writer.update(wanted('198.18.1.1')))).toBe(0);
});

test('endpoints that change are written at once all the while', async () => {
  const { written, writer } = fought();
  for (let n = 0; n < 200; n++) {
    await writer.update(wanted('198.18.1.1'));
    await writer.update(wanted(`198.18.2.${n}`));
  }
  expect(written).toHaveLength(400);
});

test('a slice that we delete and make again is no repair', async () => {
  const { written, writer } = fought();
  for (let n = 0; n < 50; n++) {
    await writer.create(wanted('198.18.1.1'));
    await writer.delete(wanted('198.18.1.1'));
  }
  expect(written).toHaveLength(100);
});

test('what could not be written was not undone by anybody', async () => {
  const { writer } = fought({ fails: true });
  for (let n = 0; n < 50; n++) {
    await expect(writer.update(wanted('198.18.1.1'))).rejects.toThrow('no answer');
  }
});
