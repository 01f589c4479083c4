import type { ErrorFields } from './error-fields.ts';

/** Shown at their own place, or of no use to somebody who watches a terminal. */
const ELSEWHERE = new Set(['ts', 'level', 'msg', 'logger', 'err', 'reconcileID']);
/** Of no use beside the key that they are parts of. */
const PARTS_OF_KEY = new Set(['namespace', 'name']);

/**
 * A JSON log line as people read it: `12:00:00.000 WARN  message key=value err="why"`. What is not such a
 * line comes back as it is.
 */
export function textLine(json: string): string {
  const line = parse(json);
  if (line === undefined) return json;
  const time = String(line['ts'] ?? '').slice(11, 23);
  const level = String(line['level'] ?? '')
    .toUpperCase()
    .padEnd(5);
  const fields = Object.entries(line)
    .filter(([key]) => !ELSEWHERE.has(key) && !('key' in line && PARTS_OF_KEY.has(key)))
    .map(([key, value]) => ` ${key}=${valueText(value)}`);
  return `${time} ${level} ${String(line['msg'] ?? '')}${fields.join('')}${errorText(line['err'])}\n`;
}

function parse(json: string): Record<string, unknown> | undefined {
  try {
    const line: unknown = JSON.parse(json);
    return typeof line === 'object' && line !== null ? { ...line } : undefined;
  } catch {
    return undefined;
  }
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value) ?? 'undefined';
}

/** Messages in full; a stack only where the mistake is ours, since nobody else can do anything with it. */
function errorText(err: unknown): string {
  if (typeof err !== 'object' || err === null) return '';
  const { type, message, causes = [], stack } = err as ErrorFields;
  const text = ` err=${JSON.stringify([message, ...causes].join(': '))}`;
  return /^(Type|Reference|Range)Error$/.test(type) && stack !== undefined ? `${text}\n${stack}` : text;
}
