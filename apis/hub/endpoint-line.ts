/**
 * The form of one line of `ExportedEndpointSlice.spec.endpoints`, one endpoint a line:
 *
 *     198.18.1.7 RSt hostname=db-0 zone=zone-a
 *
 * - the addresses, joined by commas, without spaces;
 * - the three conditions ready, serving, terminating in this order, as one letter each: upper case for true
 *   (`R`, `S`, `T`), lower case for false, `.` for unset;
 * - any number of `key=value` pairs. Known keys: `hostname`, `zone`. Unknown keys are ignored, so that a
 *   later version can add some. Values are percent-encoded as by encodeURIComponent.
 *
 * The CRD checks every line with this pattern, and readers refuse what does not match it: the two must not
 * drift apart, hence one constant. It is written in what RE2 and ECMAScript have in common.
 */
export const ENDPOINT_LINE_PATTERN =
  "^[0-9a-fA-F.:]+(,[0-9a-fA-F.:]+)* [Rr.][Ss.][Tt.]( [a-z][a-zA-Z0-9]*=([A-Za-z0-9_.!~*'()-]|%[0-9A-F]{2})*)*$";

/**
 * Longest line, in characters. An endpoint may hold 100 addresses of up to 45 characters; what does not fit
 * is not exported.
 */
export const ENDPOINT_LINE_MAX_LENGTH = 8192;

/** Most lines of one record: the API server's own bound on the endpoints of an EndpointSlice. */
export const MAX_ENDPOINTS = 1000;
