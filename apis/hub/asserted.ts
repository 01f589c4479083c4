/**
 * Which inventory vouched for a record when it was created (DESIGN.md 4a): the kube-system UID of the
 * member's cluster and the sequence of the inventory that named it.
 */
export interface Asserted {
  uid: string;
  sequence: number;
}

/** `<uid>/<sequence>`, the form that an imported slice's annotation holds. */
export function formatAsserted(asserted: Asserted): string {
  return `${asserted.uid}/${asserted.sequence}`;
}

/** Reads what formatAsserted wrote; undefined for anything else. */
export function parseAsserted(text: string | undefined): Asserted | undefined {
  const match = /^([^/]+)\/(\d{1,16})$/.exec(text ?? '');
  if (match?.[1] === undefined) return undefined;
  const sequence = Number(match[2]);
  return Number.isSafeInteger(sequence) ? { uid: match[1], sequence } : undefined;
}

/** Sequences start at milliseconds since the epoch, which will not get there. */
const PLAUSIBLE = 2 ** 52;

/** Whether this can be a sequence. A larger number on the hub, or a negative one, is nobody's honest one. */
export function isSequence(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < PLAUSIBLE;
}

const UID = /^[A-Za-z0-9][-A-Za-z0-9._]{0,127}$/;

/** Whether this can be a UID of Kubernetes. Anything else would not survive formatAsserted, or fill an annotation. */
export function isUID(value: unknown): value is string {
  return typeof value === 'string' && UID.test(value);
}
