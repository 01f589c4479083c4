import { beforeAll, describe } from 'vitest';
import { systemClock } from '#src/runtime/system-clock.ts';
import { JumpingClock } from '#test/clock/jumping-clock.ts';
import { AgentProcess } from '#test/driver/agent-process.ts';
import { useSet } from '#test/driver/use-set.ts';
import { later } from './f28-later.ts';
import { ending } from './f29-ending.ts';
import { left } from './f30-left.ts';
import { owners } from './f31-owners.ts';

describe('namespaces that come and go, beside the stock controllers', () => {
  const set = useSet({
    members: ['zzzc', 'shbt'],
    clusters: { audit: true },
    each: { hub: { controllers: true }, zzzc: { controllers: true } },
    agents: false,
  });
  const clock = new JumpingClock(systemClock());
  let shbt: AgentProcess;
  beforeAll(async () => {
    set().startHub();
    set().startAgent('zzzc', {}, clock);
    shbt = await AgentProcess.member(set(), 'shbt');
  });
  describe('one comes later', () => later(set, clock));
  describe('one ends under churn', () => ending(set));
  describe('owners of the exporter’s', () => owners(set));
  describe('a member leaves without its agent', () => left(set, () => shbt));
});
