import { z } from 'zod';

const dnsQuestion = z.object({
  /** An address. */
  server: z.string(),
  port: z.number(),
  name: z.string(),
  type: z.enum(['A', 'AAAA', 'SRV']),
  transport: z.enum(['udp', 'tcp']),
});

const probeSpec = z.object({
  /** `ca` is what the server's certificate must lead to, as PEM. */
  https: z.array(z.object({ url: z.url({ protocol: /^https$/ }), ca: z.string() })).optional(),
  dns: z.array(dnsQuestion).optional(),
  tcp: z.array(z.object({ host: z.string(), port: z.number() })).optional(),
  /** Of every single try, in milliseconds. */
  timeoutMs: z.number().positive(),
});

/** What is to be tried, each once and all at the same time. Holds no credentials. */
export type ProbeSpec = z.infer<typeof probeSpec>;
export type DnsQuestion = z.infer<typeof dnsQuestion>;

/** What came of it: one answer for each thing that was to be tried, in the same order. */
export interface ProbeReport {
  /** Milliseconds since the epoch, by the clock of the machine that tried. */
  now: number;
  https: HttpsAnswer[];
  dns: DnsAnswer[];
  tcp: TcpAnswer[];
}

/** `ok`: the certificate is trusted and for this name, and an HTTP reply of any status came. */
export interface HttpsAnswer {
  url: string;
  ok: boolean;
  status?: number;
  /** The reply's Date header. */
  date?: string;
  latencyMs?: number;
  /** What the server showed, trusted or not. */
  certificate?: { subject: string; altNames: string[]; issuer: string; validTo: string };
  error?: string;
}

/** `ok`: a whole reply came that says NOERROR; it may hold no answers. */
export interface DnsAnswer {
  server: string;
  transport: 'udp' | 'tcp';
  ok: boolean;
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL`, … */
  rcode?: string;
  /** Of the asked type, sorted: addresses, or `priority weight port target`. */
  answers: string[];
  /** The reply did not fit into UDP: whoever asked must ask again over TCP. */
  truncated?: true;
  latencyMs?: number;
  error?: string;
}

/** `ok`: the connection was accepted. */
export interface TcpAnswer {
  host: string;
  port: number;
  ok: boolean;
  latencyMs?: number;
  error?: string;
}

/** Reads a spec as it was given on the command line. Throws an Error, one line, for anything else. */
export function readProbeSpec(text: string): ProbeSpec {
  const read = probeSpec.safeParse(JSON.parse(text));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Error(`the probe's spec: ${issue?.path.join('.')}: ${issue?.message}`);
}
