import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '#test/clusters/admin.ts';
import { type KindsCluster, startKindsCluster } from './cluster.ts';
import { ALL_EXAMPLES } from './examples/all.ts';
import type { FieldExamples, KindExamples } from './examples/shared.ts';
import { setField } from './set-field.ts';

let cluster: KindsCluster;
beforeAll(async () => {
  cluster = await startKindsCluster();
});
afterAll(() => cluster?.stop());

describe.each([...ALL_EXAMPLES])('$plural', (kind) => {
  const collection = collectionOf(kind);
  const isStatus = ({ path }: FieldExamples) => path.startsWith('status.');

  describe.each(kind.fields.filter((field) => !isStatus(field)))('$path of a new object', (field) => {
    function create(value: unknown): Promise<Answer> {
      const object = setField(kind.valid, field.path, value);
      return cluster.admin.send('POST', `${collection}?dryRun=All`, object);
    }

    test.each(field.accepted.map(row))('may be %s', async (_shown, value) => {
      expect(verdict(await create(value))).toBe('accepted');
    });

    test.each(field.refused.map(row))('may not be %s', async (_shown, value) => {
      expect(verdict(await create(value))).toContain(field.saying ?? `refused: ${field.path}`);
    });
  });

  describe('once it exists', () => {
    const path = `${collection}/${kind.valid.metadata.name}`;
    let stored: unknown;
    beforeAll(async () => {
      stored = await cluster.admin.call('POST', collection, kind.valid);
    });

    test('prints what a person wants to know of it', async () => {
      expect(await cluster.printedRow(path)).toEqual(kind.printed);
    });

    test('takes fields of a later version, and leaves them out', async () => {
      const later = setField(stored, 'spec.ofALaterVersion', true);
      const answer = await cluster.admin.send('PUT', `${path}?dryRun=All`, later);
      expect(verdict(answer)).toBe('accepted');
      expect(answer.body).not.toHaveProperty('spec.ofALaterVersion');
    });

    test.each(kind.updates)('a change of $path is as it should be', async ({ path: field, to, refused }) => {
      const answer = await cluster.admin.send('PUT', `${path}?dryRun=All`, setField(stored, field, to));
      expect(verdict(answer)).toContain(refused ?? 'accepted');
    });

    describe.each(kind.fields.filter(isStatus))('$path', (field) => {
      function update(value: unknown): Promise<Answer> {
        const object = setField(stored, field.path, value);
        return cluster.admin.send('PUT', `${path}/status?dryRun=All`, object);
      }

      test.each(field.accepted.map(row))('may be %s', async (_shown, value) => {
        const answer = await update(value);
        expect(verdict(answer)).toBe('accepted');
        // Not merely pruned.
        expect(answer.body).toEqual(expect.objectContaining(setField({}, field.path, value)));
      });

      test.each(field.refused.map(row))('may not be %s', async (_shown, value) => {
        expect(verdict(await update(value))).toContain(`refused: ${field.path}`);
      });
    });
  });
});

function collectionOf({ plural, namespaced }: KindExamples): string {
  return `/apis/hub.tombolo.dev/v1alpha1${namespaced ? '/namespaces/default' : ''}/${plural}`;
}

/** A test's row: how the value is shown, and the value. */
function row(value: unknown): [string, unknown] {
  const json = JSON.stringify(value) ?? 'absent';
  return [json.length > 70 ? `${json.slice(0, 60)}… (${json.length} characters)` : json, value];
}

/** `accepted`, or what the API server holds against the object: `refused: field: message` of every cause. */
function verdict({ status, body }: Answer): string {
  if (status === 200 || status === 201) return 'accepted';
  const { message, details } = body as {
    message: string;
    details?: { causes?: { field?: string; message: string }[] };
  };
  if (status !== 422) return `${status}: ${message}`;
  return (details?.causes ?? []).map((cause) => `refused: ${cause.field}: ${cause.message}`).join('\n');
}
