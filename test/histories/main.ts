import { Command, Option } from 'commander';
import { between } from '#test/command-line/numbers.ts';
import { generate, ROUND, roundOf } from './generate.ts';
import { type PlayOptions, play } from './play.ts';
import { Rig } from './rig.ts';
import { MEMBERS, printScript, type Script } from './script.ts';
import { shrink } from './shrink.ts';
import { complaints, failed } from './verdict.ts';

const say = (line: string) => void process.stderr.write(`${line}\n`);
const print = (text: string) => void process.stdout.write(`${text}\n`);

/** A failing round is played again with less at most that often. */
const SHRINKING_ROUNDS = 60;

const command = new Command('histories')
  .description(
    'Plays random histories of three members and a hub on real API servers, with random faults, and compares with the ' +
      `oracle. ${ROUND} seeds are a round and are played side by side; a seed is played with its whole round.`,
  )
  .addOption(new Option('--seeds <n>', 'how many').argParser(between(1, 1_000_000)).default(20))
  .addOption(new Option('--from <seed>', 'the first of them').argParser(between(0, 2 ** 31)).default(1))
  .option('--json', 'print one JSON object', false)
  .option('--logs <folder>', 'keep there what the programs said in histories that fail')
  .option('--processes', 'run each agent as a process of its own, at the pace of the machine’s clock', false)
  .option('--no-shrink', 'do not look for the shortest script of a history that fails')
  .showHelpAfterError();

interface Options {
  logs?: string;
  seeds: number;
  from: number;
  json: boolean;
  shrink: boolean;
  processes: boolean;
}

async function main({ seeds, from, json, shrink: shrinks, logs, processes }: Options): Promise<void> {
  say('starting a hub and three members');
  const rig = await Rig.open({ processes });
  const options: PlayOptions = {
    ...(logs !== undefined && { keepLogs: logs }),
    // Programs as users run them wait up to a minute before they try again.
    ...(processes && { deadlineMs: 120_000 }),
  };
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
  const perMinute = () => Math.round((total.histories * 60_000) / (performance.now() - began));
  try {
    for (let first = roundOf(from); first < from + seeds; first += ROUND) {
      const verdict = await play(rig, generate(first), options);
      const { histories, ops, faults, tookMs, healedMs } = verdict;
      const wrong = failed(verdict);
      total.histories += histories.length;
      total.divergences += histories.filter(({ divergences }) => divergences.length > 0).length;
      total.spuriousDeletes += histories.flatMap(({ spuriousDeletes }) => spuriousDeletes).length;
      total.violations += histories.flatMap(({ violations }) => violations).length;
      total.opsTotal += ops;
      total.faultsTotal += faults;
      const seconds = (ms: number) => (ms / 1_000).toFixed(1);
      say(
        `seeds ${first} to ${first + histories.length - 1}: ${wrong.length === 0 ? 'ok' : 'FAILED'}, ` +
          `${seconds(tookMs)} s, ${seconds(healedMs)} s of it after healing; ${perMinute()} histories a minute`,
      );
      if (wrong.length === 0) continue;
      bad.push(...wrong.map(({ seed }) => seed));
      for (const line of complaints(verdict)) say(`  ${line}`);
      const again = async (script: Script) =>
        failed(await play(rig, script, processes ? options : { deadlineMs: 10_000 })).length > 0;
      say(printScript(shrinks ? await shrink(verdict.script, again, SHRINKING_ROUNDS) : verdict.script));
    }
  } finally {
    await rig.close();
  }
  const apiServers = 1 + MEMBERS.length;
  if (json) print(JSON.stringify({ ...total, apiServers, failedSeeds: bad, perMinute: perMinute() }));
  else {
    print(
      `${total.histories} histories (${total.opsTotal} operations, ${total.faultsTotal} faults, ` +
        `on ${apiServers} real API servers): ${total.divergences} divergences, ` +
        `${total.spuriousDeletes} spurious deletes, ${total.violations} other violations; ${perMinute()} a minute`,
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
// Everything is closed. Node's own end may turn in a circle for ever where thousands of connections were reset.
process.exit();
