/** Something a person gave us is wrong: a flag, a variable, a file. Ends the program with exit code 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** One line for each mistake: what, where, what to do. */
  readonly lines: readonly string[];

  constructor(lines: readonly string[], options?: ErrorOptions) {
    super(lines.join('\n'), options);
    this.lines = lines;
  }
}
