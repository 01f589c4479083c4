import { describe, expect, it } from 'vitest';
import { eventOf } from './event.ts';
import type { EventNote } from './events.ts';

const reporter = { controller: 'tombolo.dev/member', instance: 'tombolo-member-0' };
const at = Date.UTC(2026, 0, 2, 3, 4, 5, 67);

function note(more: Partial<EventNote> = {}, name = 'db', namespace: string | undefined = 'prod'): EventNote {
  return {
    about: {
      apiVersion: 'multicluster.x-k8s.io/v1beta1',
      kind: 'ServiceExport',
      metadata: { name, uid: 'u-1', resourceVersion: '7', ...(namespace === undefined ? {} : { namespace }) },
    },
    type: 'Warning',
    reason: 'PortConflict',
    message: 'zzzc and shbt disagree',
    ...more,
  };
}

describe('an Event', () => {
  it('names the object, the reason and the reporter as events.k8s.io/v1 wants them', () => {
    expect(eventOf(note(), reporter, at, 10)).toEqual({
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: `db.${at.toString(16)}000a`, namespace: 'prod' },
      eventTime: '2026-01-02T03:04:05.067000Z',
      reportingController: 'tombolo.dev/member',
      reportingInstance: 'tombolo-member-0',
      action: 'Reconcile',
      reason: 'PortConflict',
      regarding: {
        apiVersion: 'multicluster.x-k8s.io/v1beta1',
        kind: 'ServiceExport',
        namespace: 'prod',
        name: 'db',
        uid: 'u-1',
        resourceVersion: '7',
      },
      note: 'zzzc and shbt disagree',
      type: 'Warning',
    });
  });

  it('on a cluster-scoped object lies in the one namespace the API server accepts for it', () => {
    const event = eventOf({ ...note(), about: { metadata: { name: 'zzzc' } } }, reporter, at, 0);
    expect(event.metadata.namespace).toBe('default');
    expect(event.regarding).toEqual({ name: 'zzzc' });
  });

  it('has a valid name for an object whose name is as long as it may be', () => {
    const name = eventOf(note({}, 'a'.repeat(236) + '.'.repeat(17)), reporter, at, 0).metadata.name;
    expect(name).toMatch(/^a{235,236}\.[0-9a-f]+$/);
    expect(name.length).toBeLessThanOrEqual(253);
  });

  it.each([
    ['one byte each', 'x'.repeat(2_000)],
    ['of three bytes', '海'.repeat(2_000)],
    ['of four bytes', '🏝'.repeat(2_000)],
  ])('cuts a message of characters %s between two of them', (_what, message) => {
    const { note: text } = eventOf(note({ message }), reporter, at, 0);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_024);
    expect(Buffer.byteLength(text)).toBeGreaterThan(1_015);
    expect(text.endsWith('…')).toBe(true);
    expect(message.startsWith(text.slice(0, -1))).toBe(true);
  });

  it('keeps a message that just fits', () => {
    const message = 'x'.repeat(1_024);
    expect(eventOf(note({ message }), reporter, at, 0).note).toBe(message);
  });
});
