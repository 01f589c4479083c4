import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lanes, LIVE_PER_BACKLOG } from './lanes.ts';
import { Turns } from './turns.ts';

function filled(live: number, backlog: number): Lanes {
  const lanes = new Lanes();
  for (let i = 0; i < backlog; i++) lanes.push(`backlog ${i}`, 'backlog');
  for (let i = 0; i < live; i++) lanes.push(`live ${i}`, 'live');
  return lanes;
}

function shiftLanes(lanes: Lanes, count: number): string {
  return Array.from({ length: count }, () => lanes.shift()?.lane[0] ?? '-').join('');
}

describe('two lanes', () => {
  it('serve one backlog key after each eight live ones (controller-runtime#3496: strict priority starves)', () => {
    expect(shiftLanes(filled(20, 20), 27)).toBe('llllllllbllllllllbllllbbbbb');
  });

  it('let live keys overtake a long backlog (lighthouse#1706: live updates waited ten minutes)', () => {
    const lanes = filled(0, 6_500);
    lanes.shift();
    lanes.push('live', 'live');
    expect(lanes.shift()?.key).toBe('live');
  });

  it('owe the backlog nothing for the time in which it was empty', () => {
    const lanes = filled(3 * LIVE_PER_BACKLOG, 0);
    shiftLanes(lanes, 2 * LIVE_PER_BACKLOG);
    lanes.push('backlog', 'backlog');
    expect(shiftLanes(lanes, LIVE_PER_BACKLOG + 1)).toBe('llllllllb');
  });

  it('keep the order within a lane, also over keys that come after it was empty', () => {
    const lanes = new Lanes();
    const taken: (string | undefined)[] = [];
    lanes.push('a', 'live');
    taken.push(lanes.shift()?.key, lanes.shift()?.key);
    lanes.push('b', 'live');
    lanes.push('a', 'live');
    taken.push(lanes.shift()?.key, lanes.shift()?.key, lanes.shift()?.key);
    expect(taken).toEqual(['a', undefined, 'b', 'a', undefined]);
  });

  it('put a promoted key at the end of the live lane', () => {
    const lanes = filled(2, 2);
    lanes.promote('backlog 0');
    lanes.promote('live 0');
    const keys = Array.from({ length: 4 }, () => lanes.shift()?.key);
    expect(keys).toEqual(['live 0', 'live 1', 'backlog 0', 'backlog 1']);
  });
});

describe('keys of several sources', () => {
  const sourceOf = (key: string) => key.split('/')[0] ?? '';

  it('are served in turn: whoever floods delays only itself', () => {
    const lanes = new Lanes(sourceOf);
    for (let i = 0; i < 1_000; i++) lanes.push(`evil/${i}`, 'live');
    lanes.push('zzzc/db', 'live');
    lanes.push('shbt/db', 'live');
    const keys = Array.from({ length: 4 }, () => lanes.shift()?.key);
    expect(keys).toEqual(['evil/0', 'zzzc/db', 'shbt/db', 'evil/1']);
  });

  it('are neither lost nor doubled, keep their order within a source, and no source waits for two keys of another', () => {
    const action = fc.oneof(
      fc.record({ do: fc.constant('push' as const), source: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ do: fc.constant('delete' as const), nth: fc.nat(20) }),
      fc.record({ do: fc.constant('shift' as const) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200, size: 'max' }), (actions) => {
        const turns = new Turns(sourceOf);
        const waiting: string[] = [];
        const servedSince = new Map<string, string[]>();
        for (const [n, step] of actions.entries()) {
          if (step.do === 'push') {
            const key = `${step.source}/${n}`;
            if (!waiting.some((other) => sourceOf(other) === step.source)) servedSince.set(step.source, []);
            waiting.push(key);
            turns.push(key);
          } else if (step.do === 'delete') {
            const [key = 'none/0'] = waiting.splice(step.nth, 1);
            expect(turns.delete(key)).toBe(key !== 'none/0');
          } else {
            const key = turns.shift();
            expect(key === undefined).toBe(waiting.length === 0);
            if (key === undefined) continue;
            const source = sourceOf(key);
            expect(key).toBe(waiting.find((other) => sourceOf(other) === source));
            waiting.splice(waiting.indexOf(key), 1);
            for (const other of new Set(waiting.map(sourceOf))) {
              if (other === source) continue;
              const served = servedSince.get(other) ?? [];
              expect(served).not.toContain(source);
              served.push(source);
            }
            servedSince.set(source, []);
          }
          expect(turns.size).toBe(waiting.length);
        }
      }),
    );
  });
});
