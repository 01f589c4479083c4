const NEWLINE = 0x0a;

/** Cuts a byte stream into lines of text; what follows the last newline waits for the next chunk. */
export class LineSplitter {
  #held: Buffer[] = [];

  /** The lines that this chunk completes, without their newline. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#held.push(chunk.subarray(start, end));
      lines.push(Buffer.concat(this.#held).toString('utf8'));
      this.#held = [];
      start = end + 1;
    }
    if (start < chunk.length) this.#held.push(chunk.subarray(start));
    return lines;
  }
}
