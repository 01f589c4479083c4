import type { KubeObject, Resource } from '#apis/meta.ts';
import type { EventNote } from './events.ts';
import { microTime } from './micro-time.ts';

/** An events.k8s.io/v1 Event as we write it. */
export interface IEvent extends KubeObject {
  metadata: { name: string; namespace: string };
  /** MicroTime: RFC 3339 with six decimals. */
  eventTime: string;
  reportingController: string;
  reportingInstance: string;
  action: string;
  reason: string;
  regarding: {
    apiVersion?: string;
    kind?: string;
    namespace?: string;
    name: string;
    uid?: string;
    resourceVersion?: string;
  };
  note: string;
  type: EventNote['type'];
}

/** Where Events live. */
export const events: Resource<IEvent> = {
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  namespaced: true,
};

/** Who reports, in the words of events.k8s.io/v1. */
export interface Reporter {
  /** A qualified name: `tombolo.dev/member`. */
  controller: string;
  /** Which of several: the pod's name. At most 128 characters count. */
  instance: string;
}

/** Where Events on cluster-scoped objects live: the API server accepts no other namespace. */
const CLUSTER_SCOPED = 'default';
/** The API server refuses longer notes. */
const NOTE_BYTES = 1024;
const NAME_LENGTH = 253;

/**
 * The Event for a note. `at` is in milliseconds since the epoch, `serial` tells Events of one moment apart.
 * What is too long for the API server is cut: an Event that is refused helps nobody.
 */
export function eventOf(note: EventNote, reporter: Reporter, at: number, serial: number): IEvent {
  const { apiVersion, kind, metadata } = note.about;
  const { namespace, name, uid, resourceVersion } = metadata;
  const suffix = `.${at.toString(16)}${serial.toString(16).padStart(4, '0')}`;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: {
      name: `${name.slice(0, NAME_LENGTH - suffix.length).replace(/[.-]+$/, '')}${suffix}`,
      namespace: namespace ?? CLUSTER_SCOPED,
    },
    eventTime: microTime(at),
    reportingController: reporter.controller,
    reportingInstance: reporter.instance.slice(0, 128),
    // Required; our reasons say what happened, and everything we do to an object is done in a reconcile.
    action: 'Reconcile',
    reason: note.reason,
    regarding: {
      ...(apiVersion === undefined ? {} : { apiVersion }),
      ...(kind === undefined ? {} : { kind }),
      ...(namespace === undefined ? {} : { namespace }),
      name,
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    note: cut(note.message),
    type: note.type,
  };
}

/** Cuts text to NOTE_BYTES of UTF-8, between characters. */
function cut(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= NOTE_BYTES) return text;
  const kept = new TextDecoder().decode(bytes.subarray(0, NOTE_BYTES - 3), { stream: true });
  return `${kept}…`;
}
