import type { Exchange } from './exchange.ts';
import { wholeLines } from './lines.ts';

/** What is done with a request instead of passing it on. Resolves when the exchange is over. */
export type Action = (exchange: Exchange) => Promise<void>;

export interface StatusOptions {
  reason?: string;
  message?: string;
  /** Sent as header and in the details. */
  retryAfterSeconds?: number;
  details?: object;
}

/** Answers with this status and a metav1.Status; the real server never hears of the request. */
export function answer(code: number, options: StatusOptions = {}): Action {
  return async (exchange) => {
    const { retryAfterSeconds } = options;
    exchange.begin(code, {
      'content-type': 'application/json',
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    });
    await exchange.write(JSON.stringify(statusOf(code, options)));
    exchange.end();
  };
}

/** Answers with these bytes, whatever they are. */
export function answerRaw(code: number, body: string, contentType = 'application/json'): Action {
  return async (exchange) => {
    exchange.begin(code, { 'content-type': contentType });
    await exchange.write(body);
    exchange.end();
  };
}

/**
 * The server commits, and the client never learns: the connection breaks before the first byte of the reply.
 * With `which` only for replies with such a status; others are passed on.
 */
export function dropReply(which: (status: number) => boolean = () => true): Action {
  return async (exchange) => {
    const { statusCode, headers, body } = await exchange.forward();
    if (which(statusCode)) {
      await body.dump();
      exchange.reset();
      return;
    }
    exchange.begin(statusCode, headers);
    for await (const chunk of body) await exchange.write(chunk);
    exchange.end();
  };
}

/** The connection breaks, and the server has never heard of the request. */
export function reset(): Action {
  return async (exchange) => exchange.reset();
}

/** The reply breaks off after this many bytes of its body. */
export function resetAfter(bytes: number): Action {
  return (exchange) => cut(exchange, bytes, () => exchange.reset());
}

/** The reply ends in good order after this many bytes of its body: truncated, and nothing at the wire tells. */
export function truncateAfter(bytes: number): Action {
  return (exchange) => cut(exchange, bytes, () => exchange.end());
}

/** Never answers; the server has never heard of the request. */
export function stall(): Action {
  return (exchange) => exchange.untilGone();
}

/** The server commits, and the reply never arrives, on a connection that stays open. */
export function stallReply(): Action {
  return async (exchange) => {
    const { body } = await exchange.forward();
    await body.dump();
    await exchange.untilGone();
  };
}

/** Passes it on after this long. */
export function delay(ms: number): Action {
  return async (exchange) => {
    await exchange.pause(ms);
    await pass()(exchange);
  };
}

/** Passes it on as it is, byte by byte. */
export function pass(): Action {
  return async (exchange) => {
    const { statusCode, headers, body } = await exchange.forward();
    exchange.begin(statusCode, headers);
    for await (const chunk of body) await exchange.write(chunk);
    exchange.end();
  };
}

/**
 * Answers a list with what was there at a version: what a server that lags behind has at hand. Later versions it gives
 * by a watch.
 */
export function listAsOf(resourceVersion: string): Action {
  return async (exchange) => {
    const query = new URLSearchParams(exchange.request.query);
    query.set('resourceVersion', resourceVersion);
    query.set('resourceVersionMatch', 'Exact');
    const { statusCode, headers, body } = await exchange.forward(`${exchange.request.path}?${query}`);
    exchange.begin(statusCode, headers);
    for await (const chunk of body) await exchange.write(chunk);
    exchange.end();
  };
}

/** Passes a list on with other items, under the version that it has: what an answer from nowhere would look like. */
export function editedList(edit: (items: unknown[]) => unknown[]): Action {
  return async (exchange) => {
    const { statusCode, headers, body } = await exchange.forward();
    const list = (await body.json()) as { items?: unknown[] };
    exchange.begin(statusCode, headers);
    await exchange.write(JSON.stringify({ ...list, items: edit(list.items ?? []) }));
    exchange.end();
  };
}

/** Passes the reply on at this speed. */
export function throttle(bytesPerSecond: number): Action {
  return async (exchange) => {
    const { statusCode, headers, body } = await exchange.forward();
    exchange.begin(statusCode, headers);
    const piece = Math.max(1, Math.floor(bytesPerSecond / 20));
    for await (const chunk of body) {
      for (let from = 0; from < chunk.length && !exchange.gone.aborted; from += piece) {
        await exchange.write(chunk.subarray(from, from + piece));
        await exchange.pause(50);
      }
    }
    exchange.end();
  };
}

/**
 * A watch that breaks: `afterLines` events pass, then `intoLine` bytes of the next one, or all but so many where it is
 * negative, then the connection is reset or the stream ends in good order.
 */
export function breakStream(how: 'reset' | 'end', afterLines: number, intoLine = 0): Action {
  return async (exchange) => {
    const { statusCode, headers, body } = await exchange.forward();
    exchange.begin(statusCode, headers);
    if (afterLines > 0 || intoLine !== 0) {
      let passed = 0;
      for await (const line of wholeLines(body)) {
        const whole = passed++ < afterLines;
        await exchange.write(whole ? line : line.subarray(0, intoLine));
        if (!whole || (passed === afterLines && intoLine === 0)) break;
      }
    }
    if (how === 'reset') exchange.reset();
    else exchange.end();
  };
}

/** A watch into which the server puts an ERROR event after `afterLines` events, and which it then ends. */
export function errorInStream(code: number, options: StatusOptions = {}, afterLines = 0): Action {
  return async (exchange) => {
    const { statusCode, headers, body } = await exchange.forward();
    exchange.begin(statusCode, headers);
    let passed = 0;
    if (afterLines > 0) {
      for await (const line of wholeLines(body)) {
        await exchange.write(line);
        if (++passed === afterLines) break;
      }
    }
    await exchange.write(`${JSON.stringify({ type: 'ERROR', object: statusOf(code, options) })}\n`);
    exchange.end();
  };
}

/** A metav1.Status as an API server sends it. */
export function statusOf(code: number, options: StatusOptions = {}): object {
  const { reason, message = 'said the fault proxy', retryAfterSeconds, details } = options;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason: reason ?? REASONS.get(code) ?? 'InternalError',
    details: { ...details, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) },
    code,
  };
}

const REASONS: ReadonlyMap<number, string> = new Map([
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'NotFound'],
  [409, 'Conflict'],
  [410, 'Expired'],
  [429, 'TooManyRequests'],
  [500, 'InternalError'],
  [503, 'ServiceUnavailable'],
  [504, 'Timeout'],
]);

async function cut(exchange: Exchange, bytes: number, finish: () => void): Promise<void> {
  const { statusCode, headers, body } = await exchange.forward();
  exchange.begin(statusCode, headers);
  let left = bytes;
  for await (const chunk of body) {
    await exchange.write(chunk.subarray(0, left));
    left -= chunk.length;
    if (left <= 0) break;
  }
  finish();
}
