import type { Refusal, StatusDetails } from './errors.ts';
import { parseJson } from './json.ts';

/** As much of a foreign body as goes into a message. */
const QUOTED_CHARACTERS = 200;

/** Reads what an API server said with an error status; a proxy's HTML or an empty body are understood as far as they go. */
export function refusalOf(code: number, body: string, retryAfterHeader: string | undefined): Refusal {
  const retryAfterSeconds = secondsOf(retryAfterHeader);
  const status = statusOf(body);
  if (status !== undefined) return { ...status, code, retryAfterSeconds };
  const said = body.trim().slice(0, QUOTED_CHARACTERS);
  return { code, reason: '', message: said === '' ? 'no explanation was given' : said, retryAfterSeconds };
}

/** Reads a metav1.Status as an in-stream ERROR event carries it; undefined where it is none. */
export function refusalOfStatus(value: unknown): Refusal | undefined {
  if (!isRecord(value) || value['kind'] !== 'Status') return undefined;
  const { code, reason, message, details } = value;
  return {
    code: typeof code === 'number' ? code : 500,
    reason: typeof reason === 'string' ? reason : '',
    message: typeof message === 'string' ? message : 'no explanation was given',
    details: isRecord(details) ? detailsOf(details) : undefined,
  };
}

function statusOf(body: string): Refusal | undefined {
  try {
    return refusalOfStatus(parseJson(body));
  } catch {
    // Not JSON: proxies and the API server's own "404 page not found" answer in text.
    return undefined;
  }
}

function detailsOf(raw: Record<string, unknown>): StatusDetails {
  const { name, group, kind, uid, causes, retryAfterSeconds } = raw;
  return {
    ...(typeof name === 'string' && name !== '' ? { name } : {}),
    ...(typeof group === 'string' ? { group } : {}),
    ...(typeof kind === 'string' ? { kind } : {}),
    ...(typeof uid === 'string' ? { uid } : {}),
    ...(typeof retryAfterSeconds === 'number' ? { retryAfterSeconds } : {}),
    ...(Array.isArray(causes) ? { causes: causes.filter(isRecord).map(causeOf) } : {}),
  };
}

function causeOf(raw: Record<string, unknown>): { reason?: string; message?: string; field?: string } {
  const { reason, message, field } = raw;
  return {
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(typeof message === 'string' ? { message } : {}),
    ...(typeof field === 'string' ? { field } : {}),
  };
}

function secondsOf(header: string | undefined): number | undefined {
  // API servers send whole seconds; the date form of HTTP is left alone.
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
