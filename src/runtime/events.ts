import type { KubeObject } from '#apis/meta.ts';

/** One Kubernetes Event to be recorded on an object in the member's cluster. Made by named constructors. */
export interface EventNote {
  about: KubeObject;
  type: 'Normal' | 'Warning';
  /** UpperCamelCase. */
  reason: string;
  message: string;
}

/** Records events in the background: de-duplicated for two minutes, never failing or delaying its caller. */
export interface EventRecorder {
  record(note: EventNote): void;
}
