import { describe } from 'vitest';
import { impatientClock } from '#test/driver/impatient-clock.ts';
import { useSet } from '#test/driver/use-set.ts';
import { expiry } from './f35-expiry.ts';
import { otherAuthority } from './f36-authority.ts';
import { revoked } from './f38-revoked.ts';

describe('credentials that change or go', () => {
  const set = useSet({ members: ['zzzc', 'shbt'], clusters: { audit: true }, clock: impatientClock() });
  expiry(set);
  otherAuthority(set);
  revoked(set);
});
