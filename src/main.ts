#!/usr/bin/env node
import { calledAs, runCommandLine } from './cli/program.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), calledAs(process.argv[1]));
// What was left behind by an orderly stop, such as a call that ignores its abort, must not keep the process.
setTimeout(() => process.exit(), 500).unref();
