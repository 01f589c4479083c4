import { describe } from 'vitest';
import { useSet } from '#test/driver/use-set.ts';
import { wideArea } from './f20-wide-area.ts';
import { overload } from './f21-overload.ts';
import { rival } from './f22-rival.ts';

/** Without priorities, a server that has two writes in hand refuses the third, whoever asks. */
const TWO_AT_ONCE = ['--enable-priority-and-fairness=false', '--max-mutating-requests-inflight=2'];

describe('servers and links that are slow, and somebody else who is quick', () => {
  const set = useSet({
    members: ['zzzc', 'shbt'],
    clusters: { audit: true },
    each: { zzzc: { apiServerFlags: TWO_AT_ONCE } },
  });
  wideArea(set);
  overload(set);
  rival(set);
});
