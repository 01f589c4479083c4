/** One imported Service. */
export interface ImportPlace {
  namespace: string;
  service: string;
}

/**
 * What the import loops tell metrics: figures of state, so that each call replaces the last one for the same
 * place. Calls must be cheap and never throw.
 */
export interface ImportObserver {
  /** Why an import waits for its namespace; undefined: it does not. */
  waiting(at: ImportPlace, why: string | undefined): void;
  /** How many sources the import's shape waits for, because they are neither present nor proven gone. */
  frozen(at: ImportPlace, sources: number): void;
  /** How many records of the Service were refused, as they lie on the hub now. */
  refused(at: ImportPlace, records: number): void;
  /** Whether somebody else's object holds a name that the import needs. */
  obstructed(at: ImportPlace, kind: string, name: string, is: boolean): void;
  /** How many endpoints of one source slice were left out, by the member they live in. */
  dropped(at: ImportPlace & { cluster: string; sliceHash: string }, endpoints: number): void;
}
