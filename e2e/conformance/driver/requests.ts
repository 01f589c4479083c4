import type { Family } from './families.ts';

/** Where a request goes: an address, or a name that the client resolves itself. */
export interface Target {
  host: string;
  port: number;
  family: Family;
  protocol: 'TCP' | 'UDP';
}

/** What a client prints for a request that nobody answered. */
export const NO_ANSWER = '-';

/** One connection after the other; the first that fails ends it, since one is enough to know. */
const OVER_TCP = `
n=$1
while [ "$n" -gt 0 ]; do
  answer=$(socat -t3 -T3 - "$2,connect-timeout=3" </dev/null 2>/dev/null)
  echo "\${answer:-${NO_ANSWER}}"
  [ -n "$answer" ] || exit 0
  n=$((n - 1))
done
`;

/** All at once, each from a port of its own: over UDP nothing tells the end of an answer but time. */
const OVER_UDP = `
n=$1
while [ "$n" -gt 0 ]; do
  (answer=$(echo | socat -t1 -T1 - "$2" 2>/dev/null); echo "\${answer:-${NO_ANSWER}}") &
  n=$((n - 1))
done
wait
`;

/** The command that asks so many times, in an image with sh and socat. */
export function requestCommand({ host, port, family, protocol }: Target, times: number): string[] {
  const address = `${protocol}${family === 'IPv6' ? '6' : '4'}:${host.includes(':') ? `[${host}]` : host}:${port}`;
  return ['sh', '-c', protocol === 'TCP' ? OVER_TCP : OVER_UDP, 'requests', String(times), address];
}

/** What was answered, one line a request. */
export function answersIn(stdout: string): string[] {
  return stdout.split('\n').filter(Boolean);
}
