/** What a person reads of a failed connection, where the system's own words are codes. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: nobody listens there',
  ECONNRESET: 'the connection was cut',
  EHOSTUNREACH: 'no route to this address',
  ENETUNREACH: 'no route to this network',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name could not be looked up',
  ETIMEDOUT: 'no answer',
};

/** Why there was no connection, in words. */
export function faultOf(error: Error & { code?: string }): string {
  // A host with several addresses fails with one error for each.
  const [first] = error instanceof AggregateError ? error.errors : [];
  const { code = '', message }: { code?: string; message: string } = first instanceof Error ? first : error;
  return WORDS[code] ?? message;
}
