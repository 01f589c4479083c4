import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { redact, redactText } from '../../gathering/redact.ts';
import { renderDocument } from '../../output/document.ts';

/** A folder for one cluster: nothing gets into it but through the redaction. */
export class Folder {
  readonly #path: string;
  readonly #known: readonly string[];
  /** Files written, relative to it. */
  readonly written: string[] = [];
  readonly #problems: string[] = [];

  constructor(path: string, known: readonly string[]) {
    this.#path = path;
    this.#known = known;
  }

  async document(name: string, value: unknown): Promise<void> {
    await this.#write(`${name}.yaml`, await renderDocument(redact(value, this.#known), 'yaml'));
  }

  async text(name: string, text: string): Promise<void> {
    await this.#write(name, redactText(text, this.#known));
  }

  /** Notes what could not be read: a folder without it looks as if there were nothing. */
  problem(line: string): void {
    this.#problems.push(line);
  }

  async close(): Promise<void> {
    if (this.#problems.length > 0) await this.text('problems.txt', `${this.#problems.join('\n')}\n`);
  }

  async #write(name: string, text: string): Promise<void> {
    const path = join(this.#path, name);
    // Addresses and names of a cluster are nobody else's business on this machine.
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, text, { mode: 0o600 });
    this.written.push(name);
  }
}

/** A context's name as the name of a folder. */
export function folderName(context: string): string {
  return context.replaceAll(/[^\w.-]+/g, '_').replace(/^\.+/, '_') || '_';
}
