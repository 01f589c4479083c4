/**
 * The ways from A to B that are measured side by side. `plain` and `again` are the same relay twice: what
 * they differ by is the rig's own noise.
 */
export const LANES = ['product', 'plain', 'again', 'same'] as const;
export type Lane = (typeof LANES)[number];

/** The relays among them: every lane that a process of the benchmark carries. */
export const RELAYS = ['plain', 'again', 'same'] as const;
export type RelayLane = (typeof RELAYS)[number];

/** A namespace of its own for each lane, in A and B; names of one length, so that bodies are of one size. */
export const LANE_NAMESPACES: Record<Lane, string> = {
  product: 'lane-p',
  plain: 'lane-q',
  again: 'lane-r',
  same: 'lane-s',
};

/** Label on the slices that the driver changes, and on nothing else. */
export const SOURCE_LABEL = 'bench.tombolo.dev/source';
