/** One request to an API server as rest_client_requests_total and its histogram want it. */
export interface RequestObservation {
  cluster: string;
  /** `host:port` of the server. */
  host: string;
  method: string;
  verb: string;
  /** HTTP status, or `<error>` where none came, as client-go labels it. */
  code: string;
  /** Until the whole reply was read; for a watch, until its headers came. */
  seconds: number;
}

/** Where the transport reports to. Must not throw. */
export interface RequestMetrics {
  request(observation: RequestObservation): void;
}
