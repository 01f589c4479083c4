import { answer, dropReply, listAsOf, resetAfter, statusOf } from '#test/proxy/actions.ts';
import type { FaultProxy, Rule, ScriptHandle } from '#test/proxy/fault-proxy.ts';
import type { ProxiedRequest } from '#test/proxy/request.ts';
import type { LinkFault } from './script.ts';

/** What one agent's way to one API server has been through. */
export class Link {
  readonly proxy: FaultProxy;
  /** When nothing at all got through, and when anything was wrong; the last one may be open. */
  readonly silences: { from: number; until: number }[] = [];
  readonly troubles: { from: number; until: number }[] = [];
  readonly #faults = new Set<() => void>();
  readonly #version: () => Promise<string>;

  /** `version` asks the server behind it for its present one. */
  constructor(proxy: FaultProxy, version: () => Promise<string>) {
    this.proxy = proxy;
    this.#version = version;
  }

  /** Begins a fault; the returned function ends it, and may be called twice. */
  async begin(fault: LinkFault): Promise<() => Promise<void>> {
    const over = this.troubled();
    const end = await this.#begin(fault);
    const isSilent = fault.fault === 'refuse' || fault.fault === 'blackhole';
    if (isSilent) this.silent();
    let ended = false;
    return async () => {
      if (ended) return;
      ended = true;
      // The way is open again, whoever closed it.
      if (isSilent) for (const silence of this.silences) silence.until = Math.min(silence.until, Date.now());
      await end();
      over();
    };
  }

  /** Something is wrong with the server behind it, until the returned function is called. */
  troubled(): () => void {
    return opens(this.troubles);
  }

  /** Nothing gets through any more, until the returned function is called. */
  silent(): () => void {
    return opens(this.silences);
  }

  /** Forgets what was before this round. */
  forget(): void {
    this.silences.length = 0;
    this.troubles.length = 0;
    this.proxy.requests.length = 0;
    for (const end of this.#faults) end();
    this.#faults.clear();
  }

  async #begin(fault: LinkFault): Promise<() => void | Promise<void>> {
    const { proxy } = this;
    switch (fault.fault) {
      case 'refuse':
      case 'blackhole':
        await proxy.mode(fault.fault);
        return () => proxy.mode('pass');
      case 'reset':
        proxy.resetConnections();
        return () => {};
      case 'stall': {
        const stalled = proxy.streams;
        for (const stream of stalled) stream.stall();
        // What a dead connection's client finds out in the end.
        return () => {
          for (const stream of stalled) stream.reset();
        };
      }
      case 'expire':
        for (const stream of proxy.streams) {
          await stream.send({ type: 'ERROR', object: statusOf(410) });
          stream.end();
        }
        return () => {};
      case 'cut':
        for (const stream of proxy.streams) {
          await stream.sendRaw('{"type":"MODIFIED","object":{"metad');
          stream.reset();
        }
        return () => {};
      case 'delay':
        proxy.latency(fault.ms);
        return () => proxy.latency(0);
      case 'lose replies':
        return this.#script({
          when: everyNth(fault.every, isWrite),
          action: dropReply((code) => code < 300),
        });
      case 'cut lists':
        return this.#script({ when: ({ verb }) => verb === 'list', action: resetAfter(fault.bytes) });
      case 'stale lists': {
        const version = await this.#version();
        const isContent = ({ verb, query }: ProxiedRequest) =>
          verb === 'list' && query.get('resourceVersion') === '0';
        return this.#script({ when: isContent, action: listAsOf(version) });
      }
      case 'status': {
        const picks = fault.to === 'writes' ? isWrite : isRead;
        return this.#script({ when: everyNth(fault.every, picks), action: answer(fault.code) });
      }
    }
  }

  #script(rule: Rule): () => void {
    const handle: ScriptHandle = this.proxy.script({ ...rule, times: Number.POSITIVE_INFINITY });
    this.#faults.add(handle.cancel);
    return handle.cancel;
  }
}

function opens(periods: { from: number; until: number }[]): () => void {
  const open = { from: Date.now(), until: Number.POSITIVE_INFINITY };
  periods.push(open);
  return () => {
    open.until = Math.min(open.until, Date.now());
  };
}

function everyNth(
  n: number,
  picks: (request: ProxiedRequest) => boolean,
): (request: ProxiedRequest) => boolean {
  let count = 0;
  return (request) => picks(request) && ++count % n === 0;
}

/** A question about rights is a write by its method only. */
export function isWrite({ mutation, namespace }: ProxiedRequest): boolean {
  return mutation !== undefined && namespace !== undefined;
}

function isRead({ verb }: ProxiedRequest): boolean {
  return verb === 'list' || verb === 'watch' || verb === 'get';
}
