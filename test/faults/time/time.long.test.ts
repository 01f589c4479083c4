import { describe } from 'vitest';
import { useSet } from '#test/driver/use-set.ts';
import { sleepingLeader } from './f32-sleeping-leader.ts';
import { wrongClocks } from './f33-wrong-clocks.ts';

describe('programs that sleep, and programs whose clocks are wrong', () => {
  const set = useSet({ members: ['zzzc', 'shbt'], clusters: { audit: true }, agents: false });
  describe('a leader sleeps', () => sleepingLeader(set));
  describe('clocks are wrong', () => wrongClocks(set));
});
