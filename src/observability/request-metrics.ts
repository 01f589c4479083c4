import { Counter, Histogram, type Registry } from 'prom-client';
import type { RequestMetrics } from '#src/kube/metrics.ts';

/** Client-go's `rest_client_*`: one instance serves the clients of all clusters, told apart by host. */
export function newRequestMetrics(registry: Registry): RequestMetrics {
  const requests = new Counter({
    name: 'rest_client_requests_total',
    help: 'Requests to API servers by status code, method and host',
    labelNames: ['code', 'method', 'host'] as const,
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'rest_client_request_duration_seconds',
    help: 'How long a request took, until its whole reply was read; a watch, until it was open',
    labelNames: ['verb', 'host'] as const,
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60],
    registers: [registry],
  });
  return {
    request({ code, method, verb, host, seconds }) {
      requests.inc({ code, method, host });
      duration.observe({ verb, host }, seconds);
    },
  };
}
