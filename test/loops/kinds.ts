/** The caches of all kinds of one API server. */
export function informersOf<K extends { [name: string]: { informer: unknown } }>(kinds: K) {
  return Object.fromEntries(Object.entries(kinds).map(([name, { informer }]) => [name, informer])) as {
    [name in keyof K]: K[name]['informer'];
  };
}

/** What writes to them. */
export function writersOf<K extends { [name: string]: { writer: unknown } }>(kinds: K) {
  return Object.fromEntries(Object.entries(kinds).map(([name, { writer }]) => [name, writer])) as {
    [name in keyof K]: K[name]['writer'];
  };
}
