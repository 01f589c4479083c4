import type { Agent, LogLine } from './agent.ts';
import { eventually } from './eventually.ts';

/** What a line says: its error's message, or else its own, with what it is about and why. */
export function textOf(line: LogLine): string {
  const { err } = line;
  if (typeof err === 'object' && err !== null && 'message' in err) return String(err.message);
  const more = [line['record'], line['slice'], line['why'], line['what']];
  return [line.msg, ...more.filter((part) => part !== undefined)].join(': ');
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
