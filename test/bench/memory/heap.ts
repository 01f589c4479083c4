import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a process holds after a full collection, in bytes. */
export interface HeapUse {
  heapUsed: number;
  /** Buffers and the like, outside of the heap: nothing is hidden there. */
  external: number;
}

interface Reply {
  id?: number;
  result?: { result?: { value?: string } };
  error?: { message: string };
}

const STEADY_COLLECTIONS = 8;
const STEADY_BYTES = 64 * 1024;
const PAUSE_MS = 500;
const MOST_COLLECTIONS = 120;

/** Reads the heap of another Node process through its inspector (`--inspect=127.0.0.1:<port>`). */
export class HeapProbe {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, { resolve(reply: Reply): void; reject(error: Error): void }>();
  #calls = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      // The inspector speaks JSON in text frames.
      const reply = JSON.parse(String(data)) as Reply;
      if (reply.id === undefined) return;
      this.#waiting.get(reply.id)?.resolve(reply);
      this.#waiting.delete(reply.id);
    });
    socket.addEventListener('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the inspected process is gone'));
    });
  }

  static async connect(port: number): Promise<HeapProbe> {
    const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
      webSocketDebuggerUrl: string;
    }[];
    const url = targets[0]?.webSocketDebuggerUrl;
    if (url === undefined) throw new Error(`no inspector on port ${port}`);
    const socket = new WebSocket(url);
    await once(socket, 'open');
    return new HeapProbe(socket);
  }

  /**
   * Collects garbage until several collections in a row leave the same, and says how much that is. Several,
   * since V8 lets go of code that is no longer used only after it has grown old over collections.
   */
  async settled(): Promise<HeapUse> {
    const uses: HeapUse[] = [];
    while (uses.length < MOST_COLLECTIONS) {
      uses.push(await this.#use());
      const last = uses.slice(-STEADY_COLLECTIONS).map(({ heapUsed }) => heapUsed);
      const [latest] = uses.slice(-1);
      if (
        latest &&
        last.length === STEADY_COLLECTIONS &&
        Math.max(...last) - Math.min(...last) < STEADY_BYTES
      ) {
        return latest;
      }
      await sleep(PAUSE_MS);
    }
    throw new Error(`the heap does not settle: ${uses.slice(-3).map(({ heapUsed }) => heapUsed)}`);
  }

  close(): void {
    this.#socket.close();
  }

  async #use(): Promise<HeapUse> {
    await this.#call('HeapProfiler.collectGarbage');
    const reply = await this.#call('Runtime.evaluate', {
      expression: 'JSON.stringify(process.memoryUsage())',
    });
    // process.memoryUsage() of the same Node version as ours.
    const usage = JSON.parse(reply.result?.result?.value ?? '') as NodeJS.MemoryUsage;
    return { heapUsed: usage.heapUsed, external: usage.external };
  }

  async #call(method: string, params: object = {}): Promise<Reply> {
    const id = ++this.#calls;
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    this.#waiting.set(id, { resolve, reject });
    this.#socket.send(JSON.stringify({ id, method, params }));
    const reply = await promise;
    if (reply.error !== undefined) throw new Error(`${method}: ${reply.error.message}`);
    return reply;
  }
}
