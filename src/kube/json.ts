/**
 * Deepest nesting that is read. Kubernetes objects of the kinds we know stay below 20; code that walks
 * objects recursively must never meet one that exhausts the stack.
 */
export const DEEPEST_NESTING = 100;

/** Text that can name `__proto__`: in plain, or with one of its characters escaped. */
const MAY_NAME_PROTO = /__proto__|\\u00[567][0-9a-f]/i;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Parses JSON from another machine. Members named `__proto__` are dropped: JSON.parse itself only makes an own
 * property of them, but a later Object.assign would put the sender's object into the prototype chain. What nests
 * deeper than DEEPEST_NESTING becomes null: one object that somebody has written so must not keep all others of
 * its kind from being read. Throws a SyntaxError for anything that is not JSON.
 */
export function parseJson(text: string): unknown {
  return parseBounded(withinBounds(text));
}

/** Like parseJson, for text whose nesting is known to be within bounds. */
export function parseBounded(text: string): unknown {
  return MAY_NAME_PROTO.test(text) ? JSON.parse(text, withoutProto) : JSON.parse(text);
}

function withoutProto(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value;
}

/** One pass over the characters; strings, most of any object, are skipped by indexOf. */
function withinBounds(text: string): string {
  let depth = 0;
  let kept = '';
  // Where the stretch begins that is kept next.
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) {
      at = endOfString(text, at + 1);
      // An open string: JSON.parse says it better.
      if (at < 0) break;
    } else if (char === 0x7b || char === 0x5b) {
      if (depth++ === DEEPEST_NESTING) kept += `${text.slice(from, at)}null`;
    } else if (char === 0x7d || char === 0x5d) {
      if (--depth === DEEPEST_NESTING) from = at + 1;
    }
  }
  if (kept === '') return text;
  return depth > DEEPEST_NESTING ? kept : kept + text.slice(from);
}

/** Index of the quote that closes the string whose content begins at `from`; -1 for none. */
function endOfString(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
  return slashes % 2 === 1;
}
