import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DelayHeap } from './delay-heap.ts';
import type { Lane } from './lanes.ts';

const key = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz');
const action = fc.oneof(
  fc.record({
    do: fc.constant('add' as const),
    key,
    at: fc.nat(100),
    lane: fc.constantFrom<Lane>('live', 'backlog'),
  }),
  fc.record({ do: fc.constant('delete' as const), key }),
  fc.record({ do: fc.constant('take' as const), now: fc.nat(100) }),
);

it('behaves like a plain map of the earliest time of each key, searched from end to end', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 200, size: 'max' }), (actions) => {
      const heap = new DelayHeap();
      const model = new Map<string, { at: number; lane: Lane }>();
      for (const step of actions) {
        if (step.do === 'add') {
          heap.add(step.key, step.lane, step.at);
          const old = model.get(step.key);
          const lane = old?.lane === 'live' ? 'live' : step.lane;
          model.set(step.key, { at: Math.min(step.at, old?.at ?? step.at), lane });
        } else if (step.do === 'delete') {
          heap.delete(step.key);
          model.delete(step.key);
        } else {
          const earliest = Math.min(...[...model.values()].map(({ at }) => at));
          const due = heap.takeDue(step.now);
          if (due === undefined) {
            expect(earliest).toBeGreaterThan(step.now);
            continue;
          }
          expect(due.at).toBe(earliest);
          expect(model.get(due.key)).toEqual({ at: due.at, lane: due.lane });
          model.delete(due.key);
        }
        expect(heap.size).toBe(model.size);
      }
    }),
    { numRuns: 500 },
  );
});
