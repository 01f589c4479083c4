import { describe, expect, it } from 'vitest';
import { Lanes, LIVE_PER_BACKLOG } from './lanes.ts';

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
