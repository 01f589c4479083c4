import type { Run } from '#test/driver/command-line.ts';
import type { Exchange } from '#test/proxy/exchange.ts';
import type { FaultProxy } from '#test/proxy/fault-proxy.ts';
import type { ProxiedRequest } from '#test/proxy/request.ts';

/** Reviews are writes by their method only. */
const ASKED = ['selfsubjectaccessreviews', 'selfsubjectreviews'];

/**
 * Runs a program again and again, and kills it each time when one more of its writes has changed something: the
 * server has committed it, and its reply never arrives. Only after those that `which` picks. Returns what
 * each run was killed after; `last` is the one that had nothing more to change, and ended by itself.
 */
export async function killedAfterEachChange(
  proxies: readonly FaultProxy[],
  start: () => Run,
  which: (change: string) => boolean,
): Promise<{ kills: string[]; last: Awaited<Run['ended']> }> {
  const kills: string[] = [];
  for (;;) {
    let killedAfter: string | undefined;
    const action = async (exchange: Exchange): Promise<void> => {
      // Whatever it still tries until it is gone, nothing gets through.
      if (killedAfter !== undefined) return exchange.reset();
      const { statusCode, headers, body } = await exchange.forward();
      const change = nameOf(exchange.request);
      const dies = changes(exchange.request, statusCode) && which(change);
      if (dies && !(isAskedAnew(exchange.request) && kills.includes(change))) {
        await body.dump();
        killedAfter = change;
        exchange.reset();
        await run.kill();
        return;
      }
      exchange.begin(statusCode, headers);
      for await (const chunk of body) await exchange.write(chunk);
      exchange.end();
    };
    const when = ({ mutation }: ProxiedRequest) => mutation !== undefined;
    const scripts = proxies.map((proxy) => proxy.script({ when, times: Number.POSITIVE_INFINITY, action }));
    const run = start();
    const last = await run.ended;
    for (const script of scripts) script.cancel();
    if (killedAfter === undefined) return { kills, last };
    kills.push(killedAfter);
    if (kills.length > 200) throw new Error(`it gets no further: ${kills.slice(-5).join(', ')}`);
  }
}

/** What every process does anew, a token or a Lease: one that died of it each time would get nowhere, so once is enough. */
function isAskedAnew({ verb, resource, subresource }: ProxiedRequest): boolean {
  return subresource === 'token' || (resource === 'leases' && verb !== 'delete');
}

/** An apply that finds everything as it should be is answered with 200, one that creates with 201. */
function changes({ verb, resource = '' }: ProxiedRequest, status: number): boolean {
  if (status >= 300) return false;
  if (ASKED.includes(resource)) return false;
  return verb === 'patch' ? status === 201 : ['create', 'update', 'delete'].includes(verb);
}

function nameOf({ verb, resource, subresource, namespace, name }: ProxiedRequest): string {
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  return `${verb} ${what} ${[namespace, name].filter((part) => part !== undefined).join('/')}`;
}
