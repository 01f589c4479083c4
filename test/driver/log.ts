import type { Agent, LogLine } from './agent.ts';
import { eventually } from './eventually.ts';

/** The message of a line's error, or of the line itself where it has none. */
export function textOf(line: LogLine): string {
  const err = line['err'];
  const message = typeof err === 'object' && err !== null && 'message' in err ? err.message : undefined;
  return String(message ?? line.msg);
}

/** What a person reads of a log who watches for trouble: the texts of warnings and errors, each once. */
export function troubles(agent: Agent): string[] {
  const lines = agent.log.filter(({ level }) => level === 'warn' || level === 'error');
  return [...new Set(lines.map(textOf))];
}

/** Waits until a warning or an error says this. */
export async function awaitTrouble(agent: Agent, text: string | RegExp): Promise<void> {
  await eventually(`the line ${text}`, async () => {
    const said = troubles(agent);
    const found = said.some((line) => (typeof text === 'string' ? line === text : text.test(line)));
    if (!found) throw new Error(`it said ${JSON.stringify(said.slice(-5))}`);
  });
}
