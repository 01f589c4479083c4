import { Command } from 'commander';

/** The hidden verb that a probe's pod runs: tries what the spec says and prints the report. */
export function probeCommand(): Command {
  return new Command('__probe').argument('<spec>').action(async (text: string) => {
    const [{ readProbeSpec }, { runProbe }, { systemClock }] = await Promise.all([
      import('#src/probe/spec.ts'),
      import('#src/probe/run.ts'),
      import('#src/runtime/system-clock.ts'),
    ]);
    const report = await runProbe(readProbeSpec(text), { clock: systemClock() });
    process.stdout.write(`${JSON.stringify(report)}\n`);
  });
}
