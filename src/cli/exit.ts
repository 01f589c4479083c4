/** What a verb has to say at its end where not all is well, and the exit code: 1 a check failed, 2 usage, 3 unreachable. */
export class Exit extends Error {
  override readonly name = 'Exit';
  /** For standard error; may be empty where all has been said. */
  readonly lines: readonly string[];
  readonly exitCode: 1 | 2 | 3;

  constructor(exitCode: 1 | 2 | 3, lines: readonly string[] = [], options?: ErrorOptions) {
    super(lines.join('\n'), options);
    this.lines = lines;
    this.exitCode = exitCode;
  }
}
