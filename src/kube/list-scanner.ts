import { DEEPEST_NESTING } from './json.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Depth within a list's `items`, and within one of them. */
const IN_ITEMS = 2;
const IN_ITEM = 3;

/** What precedes the array of items. */
const ITEMS_KEY = '"items":';

/** As far as that may be spread out. */
const TAIL = 64;
const EMPTY = Buffer.alloc(0);

/**
 * Takes the JSON of a list apart while it arrives: every item is handed on as soon as it is whole, and what
 * surrounds them is left at the end. The watch cache sends all objects of a kind in one reply; parsing tens of
 * megabytes in one go would hold up everything else, and need them twice in memory.
 * Throws a SyntaxError where the bytes are no list.
 */
export class ListScanner {
  readonly #onItem: (text: string, nestsTooDeep: boolean) => void;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #inItems = false;
  /** The deepest that the present item nests. */
  #deepest = 0;
  /** Pieces of the item that is not whole yet. */
  #item: Buffer[] = [];
  /** Pieces of everything around the items. */
  #envelope: Buffer[] = [];

  /** `nestsTooDeep`: deeper than DEEPEST_NESTING. */
  constructor(onItem: (text: string, nestsTooDeep: boolean) => void) {
    this.#onItem = onItem;
  }

  /** Takes the next bytes. The buffer is kept until its items are whole, and must not change. */
  push(chunk: Buffer): void {
    // Where the present item, or the present stretch of envelope, begins in this chunk.
    let from = 0;
    for (let at = this.#inString ? this.#skipString(chunk, 0) + 1 : 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === QUOTE) {
        if (this.#isBetweenItems) throw notAnObject();
        at = this.#skipString(chunk, at + 1);
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (this.#isBetweenItems) {
          if (byte !== OPEN_BRACE) throw notAnObject();
          from = at;
        }
        this.#deepest = Math.max(this.#deepest, ++this.#depth);
        if (byte === OPEN_BRACKET && this.#depth === IN_ITEMS && this.#isItemsKey(chunk, from, at)) {
          this.#inItems = true;
          this.#envelope.push(chunk.subarray(from, at + 1));
        }
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        if (this.#isBetweenItems) {
          this.#inItems = false;
          from = at;
        } else if (this.#inItems && this.#depth === IN_ITEM) this.#complete(chunk, from, at + 1);
        this.#depth--;
      } else if (this.#isBetweenItems && byte !== COMMA && !isSpace(byte)) throw notAnObject();
    }
    const rest = chunk.subarray(from);
    if (!this.#inItems) this.#envelope.push(rest);
    else if (this.#depth >= IN_ITEM) this.#item.push(rest);
  }

  /** The list without its items, as JSON. Throws a SyntaxError where the bytes ended too soon. */
  end(): string {
    if (this.#depth !== 0 || this.#inString) throw new SyntaxError('the list ended too soon');
    return Buffer.concat(this.#envelope).toString('utf8');
  }

  get #isBetweenItems(): boolean {
    return this.#depth === IN_ITEMS && this.#inItems;
  }

  /** Index of the quote that ends the string, or the chunk's length where it goes on in the next one. */
  #skipString(chunk: Buffer, from: number): number {
    let escaped = this.#escaped;
    for (let at = from; at < chunk.length; at++) {
      if (escaped) escaped = false;
      else if (chunk[at] === BACKSLASH) escaped = true;
      else if (chunk[at] === QUOTE) {
        this.#inString = false;
        this.#escaped = false;
        return at;
      }
    }
    this.#inString = true;
    this.#escaped = escaped;
    return chunk.length;
  }

  #complete(chunk: Buffer, from: number, to: number): void {
    const nestsTooDeep = this.#deepest > DEEPEST_NESTING + IN_ITEMS;
    this.#deepest = 0;
    if (this.#item.length === 0) {
      this.#onItem(chunk.toString('utf8', from, to), nestsTooDeep);
      return;
    }
    this.#item.push(chunk.subarray(from, to));
    const whole = Buffer.concat(this.#item);
    this.#item = [];
    this.#onItem(whole.toString('utf8'), nestsTooDeep);
  }

  #isItemsKey(chunk: Buffer, from: number, at: number): boolean {
    let before = chunk.subarray(Math.max(from, at - TAIL), at).toString('latin1');
    for (let piece = this.#envelope.length - 1; piece >= 0 && before.length < TAIL; piece--) {
      before = (this.#envelope[piece] ?? EMPTY).subarray(-TAIL).toString('latin1') + before;
    }
    return before.replace(/\s+/g, '').endsWith(ITEMS_KEY);
  }
}

function notAnObject(): SyntaxError {
  return new SyntaxError('the list holds an item that is no object');
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
