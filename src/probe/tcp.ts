import { connect } from 'node:net';
import { faultOf } from './fault.ts';
import type { ProbeClock } from './run.ts';
import type { TcpAnswer } from './spec.ts';

/** Opens one connection and closes it at once, without sending anything. */
export function probeTcp(
  { host, port }: { host: string; port: number },
  timeoutMs: number,
  clock: ProbeClock,
): Promise<TcpAnswer> {
  const started = clock.monotonic();
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    const end = (rest: Pick<TcpAnswer, 'ok' | 'error'>) => {
      socket.destroy();
      resolve({ host, port, ...rest, latencyMs: clock.monotonic() - started });
    };
    socket.once('connect', () => end({ ok: true }));
    socket.once('timeout', () => end({ ok: false, error: `no answer within ${timeoutMs} ms` }));
    socket.once('error', (error) => end({ ok: false, error: faultOf(error) }));
  });
}
