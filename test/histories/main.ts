import { Command, InvalidArgumentError, Option } from 'commander';
import { generate } from './generate.ts';
import { play } from './play.ts';
import { Rig } from './rig.ts';
import { printScript } from './script.ts';
import { shrink } from './shrink.ts';
import { complaints, failed } from './verdict.ts';

const say = (line: string) => void process.stderr.write(`${line}\n`);
const print = (text: string) => void process.stdout.write(`${text}\n`);

function between(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** A failing history is played again with less at most that often. */
const SHRINKING_ROUNDS = 60;

const command = new Command('histories')
  .description(
    'Plays random histories of three members and a hub on real API servers, with random faults, and compares with the oracle.',
  )
  .addOption(new Option('--seeds <n>', 'how many').argParser(between(1, 1_000_000)).default(20))
  .addOption(new Option('--from <seed>', 'the first of them').argParser(between(0, 2 ** 31)).default(1))
  .option('--json', 'print one JSON object', false)
  .option('--logs <folder>', 'keep there what the programs said in histories that fail')
  .option('--no-shrink', 'do not look for the shortest script of a history that fails')
  .showHelpAfterError();

interface Options {
  logs?: string;
  seeds: number;
  from: number;
  json: boolean;
  shrink: boolean;
}

async function main({ seeds, from, json, shrink: shrinks, logs }: Options): Promise<void> {
  say('starting a hub and three members');
  const rig = await Rig.open();
  const total = {
    histories: 0,
    divergences: 0,
    spuriousDeletes: 0,
    violations: 0,
    opsTotal: 0,
    faultsTotal: 0,
  };
  const bad: number[] = [];
  const began = performance.now();
  try {
    for (let seed = from; seed < from + seeds; seed++) {
      const verdict = await play(rig, generate(seed), logs === undefined ? {} : { keepLogs: logs });
      total.histories += 1;
      total.divergences += verdict.divergences.length > 0 ? 1 : 0;
      total.spuriousDeletes += verdict.spuriousDeletes.length;
      total.violations += verdict.violations.length;
      total.opsTotal += verdict.ops;
      total.faultsTotal += verdict.faults;
      const { tookMs, healedMs } = verdict;
      say(
        `seed ${seed}: ${failed(verdict) ? 'FAILED' : 'ok'}, ${tookMs} ms, ${healedMs} ms of it after healing`,
      );
      if (!failed(verdict)) continue;
      bad.push(seed);
      for (const line of complaints(verdict)) say(`  ${line}`);
      const again = async (script: typeof verdict.script) =>
        failed(await play(rig, script, { deadlineMs: 10_000 }));
      const shortest = shrinks ? await shrink(verdict.script, again, SHRINKING_ROUNDS) : verdict.script;
      say(printScript(shortest));
    }
  } finally {
    await rig.close();
  }
  const minutes = (performance.now() - began) / 60_000;
  const perMinute = Math.round(total.histories / minutes);
  if (json) print(JSON.stringify({ ...total, failedSeeds: bad, perMinute }));
  else {
    print(
      `${total.histories} histories (${total.opsTotal} operations, ${total.faultsTotal} faults): ` +
        `${total.divergences} divergences, ${total.spuriousDeletes} spurious deletes, ` +
        `${total.violations} other violations; ${perMinute} a minute`,
    );
  }
  if (bad.length > 0) {
    say(`failed: seeds ${bad.join(', ')}; again: npm run histories -- --seeds 1 --from ${bad[0]}`);
    process.exitCode = 1;
  }
}

command.action(main);
try {
  await command.parseAsync();
} catch (error) {
  say(error instanceof Error ? `histories failed: ${error.stack}` : String(error));
  process.exitCode = 1;
}
