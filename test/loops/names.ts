/** The cluster whose loops they are. */
export const SELF = 'zzzc';

export const SET_UID = 'set-uid';

/** kube-system UID of a cluster. */
export const uidOf = (cluster: string): string => `uid-${cluster}`;
