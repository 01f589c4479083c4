const NEWLINE = 0x0a;

/** A line is longer than allowed, or the stream ended inside one. */
export class LineError extends Error {
  override readonly name = 'LineError';
}

/**
 * Cuts a byte stream into lines of UTF-8 at newlines, whatever the chunk boundaries: a character or a line
 * may be split anywhere. Empty lines are skipped. Throws a LineError as soon as a line exceeds `longest` bytes.
 */
export class LineSplitter {
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  readonly #longest: number;

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** The lines that this chunk completes. */
  *push(chunk: Buffer): Generator<string> {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const line = this.#complete(chunk, from, end);
      from = end + 1;
      if (line !== '') yield line;
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
  }

  /** Call at the end of the stream: throws a LineError where a line was begun and not ended. */
  end(): void {
    if (this.#pendingBytes > 0) {
      throw new LineError(`the stream ended ${this.#pendingBytes} bytes into a line`);
    }
  }

  #complete(chunk: Buffer, from: number, end: number): string {
    if (this.#pendingBytes === 0) {
      this.#check(end - from);
      return chunk.toString('utf8', from, end);
    }
    this.#keep(chunk.subarray(from, end));
    const line = Buffer.concat(this.#pending, this.#pendingBytes).toString('utf8');
    this.#pending = [];
    this.#pendingBytes = 0;
    return line;
  }

  #keep(part: Buffer): void {
    this.#pendingBytes += part.length;
    this.#check(this.#pendingBytes);
    this.#pending.push(part);
  }

  #check(bytes: number): void {
    if (bytes > this.#longest) throw new LineError(`a line is longer than ${this.#longest} bytes`);
  }
}
