import * as z from 'zod';

/** Text that must not be empty. */
export const text = z.string().min(1, 'is empty; give a value or leave it out');

/** A switch: given without a value it is on. */
export const toggle = z
  .enum(['true', 'false'], 'is neither true nor false')
  .transform((value) => value === 'true');

/** Where the health server listens; port 0 takes any free one. */
export interface ListenAddress {
  /** Absent: every address of the machine. */
  host?: string;
  port: number;
}

/** `host:port`, `:port`, `[ipv6]:port`, or `0` for not at all. */
export const listenAddress = z.string().transform((value, context): ListenAddress | 'off' => {
  if (value === '0') return 'off';
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(value);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    context.addIssue('is not host:port; use for example :8080, 127.0.0.1:0 for any free port, or 0 for none');
    return z.NEVER;
  }
  const host = match[1] ?? match[2];
  return host === undefined || host === '' ? { port } : { host, port };
});

const DURATION = /^(\d{1,9})(ms|s|m|h)$/;
const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** A duration such as `10s` or `1m`, between two bounds, in milliseconds. */
export function duration({ min, max }: { min: string; max: string }) {
  return z
    .string()
    .meta({ pattern: DURATION.source })
    .transform((value, context): number => {
      const ms = milliseconds(value);
      if (ms === undefined || ms < (milliseconds(min) ?? 0) || ms > (milliseconds(max) ?? 0)) {
        context.addIssue(`is not a duration between ${min} and ${max}; use for example 500ms, 10s or 1m`);
        return z.NEVER;
      }
      return ms;
    });
}

function milliseconds(text: string): number | undefined {
  const match = DURATION.exec(text);
  const unit = match?.[2];
  if (unit !== 'ms' && unit !== 's' && unit !== 'm' && unit !== 'h') return undefined;
  return Number(match?.[1]) * UNITS[unit];
}

const DNS_LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const CLUSTER_ID_MAX = 55;

/**
 * The id of a cluster: one DNS label, so that `db-0.<id>.db.prod.svc.clusterset.local` is a name. The refinement
 * says what to do, its JSON Schema only what is right: the schema of a chart's values is made of it.
 */
export const clusterId = z
  .string()
  .superRefine((value, context) => {
    if (value === '') context.addIssue('is empty; give one DNS label such as zzzc');
    else if (value.includes('.')) {
      context.addIssue('has a dot; a cluster id is one DNS label, use for example zzzc-eu');
    } else if (/[A-Z]/.test(value)) {
      context.addIssue(`has upper-case letters; use ${value.toLowerCase()}`);
    } else if (!DNS_LABEL.test(value)) {
      context.addIssue('is not a DNS label; use lower-case letters, digits and dashes inside');
    } else if (value.length > CLUSTER_ID_MAX) {
      context.addIssue(`has ${value.length} characters; a cluster id has at most ${CLUSTER_ID_MAX}`);
    }
  })
  .meta({ pattern: DNS_LABEL.source, maxLength: CLUSTER_ID_MAX });
