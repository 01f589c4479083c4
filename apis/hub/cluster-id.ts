/** Longest cluster id: `member-<id>` must be a namespace name, so a label of at most 63. */
export const CLUSTER_ID_MAX_LENGTH = 55;

/** One DNS label: CoreDNS cannot parse a dot in it, and label values and namespace names hold no more. */
export function isClusterId(text: string): boolean {
  return text.length <= CLUSTER_ID_MAX_LENGTH && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text);
}
