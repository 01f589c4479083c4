import { isDeepStrictEqual } from 'node:util';
import type { Backend } from './backends.ts';
import type { Client } from './client.ts';
import { type Family, familyOf, recordTypeOf } from './families.ts';
import type { RecordType, Reply } from './lookup.ts';
import { patiently } from './patience.ts';
import { NO_ANSWER, type Target } from './requests.ts';

/** So many requests: that one of two backends is missed by chance happens once in a million times. */
const ENOUGH = 20;
/** Each of them is a second of waiting. */
const ENOUGH_OVER_UDP = 12;
const BOTH = ['udp', 'tcp'] as const;

/** How a name that must not exist is answered. */
export const NO_SUCH_NAME = { status: 'NXDOMAIN', answers: [] } as const satisfies Reply;

/** Where requests go, and over what. */
export interface Way {
  port?: number;
  protocol?: 'TCP' | 'UDP';
}

/** What pods of one cluster reach, and what they are told by its DNS. */
export class Network {
  readonly #where: string;
  readonly #client: Client;
  readonly families: readonly Family[];

  constructor(where: string, client: Client, families: readonly Family[]) {
    this.#where = where;
    this.#client = client;
    this.families = families;
  }

  /** Waits until requests to the host are answered by each of the backends, and by nobody else. */
  async reaches(host: string, backends: readonly Backend[], way: Way = {}, family?: Family): Promise<void> {
    const wanted = backends.map(({ answer }) => answer).sort();
    for (const target of this.#targets(host, way, family)) {
      await patiently(`${wanted} to answer ${this.#where} at ${shown(target)}`, async () => {
        const got = await this.#client.requests(target, times(target));
        const seen = [...new Set(got)].sort();
        if (!isDeepStrictEqual(seen, wanted)) throw new Error(`${seen} answered`);
      });
    }
  }

  /** Waits until all of many requests to the host are answered by one and the same of the backends. */
  async staysWithOne(host: string, backends: readonly Backend[], way: Way = {}): Promise<void> {
    for (const target of this.#targets(host, way)) {
      await patiently(`one of the backends to answer ${this.#where} at ${shown(target)}`, async () => {
        const [one, ...others] = new Set(await this.#client.requests(target, times(target)));
        if (others.length > 0 || !backends.some(({ answer }) => answer === one)) {
          throw new Error(`${[one, ...others]} answered`);
        }
      });
    }
  }

  /** Waits until none of the backends answers at the host; its address may be somebody else's by now. */
  async reachesNoneOf(host: string, backends: readonly Backend[], way: Way = {}): Promise<void> {
    const lost = backends.map(({ answer }) => answer);
    for (const target of this.#targets(host, way)) {
      await patiently(`none of ${lost} to answer ${this.#where} at ${shown(target)}`, async () => {
        const [got = NO_ANSWER] = await this.#client.requests(target, 1);
        if (lost.includes(got)) throw new Error(`${got} answered`);
      });
    }
  }

  /** Sends that many requests now; gives what answered each. */
  async asks(host: string, count: number, way: Way = {}): Promise<string[]> {
    const answers: string[] = [];
    for (const target of this.#targets(host, way))
      answers.push(...(await this.#client.requests(target, count)));
    return answers;
  }

  /** Waits until a name is answered by exactly these addresses, those of each family as records of its type. */
  async resolves(name: string, addresses: readonly string[]): Promise<void> {
    const of = (family: Family) => addresses.filter((address) => familyOf(address) === family).sort();
    for (const family of this.families) {
      await this.#answers(name, recordTypeOf(family), `[${of(family)}]`, ({ answers }) =>
        isDeepStrictEqual(answers, of(family)),
      );
    }
  }

  /** Waits until there is no such name, whatever is asked of it. */
  async doesNotResolve(name: string): Promise<void> {
    for (const type of ['A', 'AAAA'] as const) {
      await this.#answers(name, type, NO_SUCH_NAME.status, (reply) => isDeepStrictEqual(reply, NO_SUCH_NAME));
    }
  }

  /** Waits until a name has exactly these SRV records, each as `target:port`. */
  async hasServices(name: string, targets: readonly string[]): Promise<void> {
    const wanted = [...targets].sort();
    await this.#answers(name, 'SRV', `[${wanted}]`, ({ answers }) => isDeepStrictEqual(answers, wanted));
  }

  /** The answers to one question, once there are any. */
  async finds(name: string, type: RecordType): Promise<string[]> {
    let found: string[] = [];
    await this.#answers(name, type, 'any answer', ({ answers }) => {
      found = answers;
      return answers.length > 0;
    });
    return found;
  }

  /** Over UDP and TCP, until both are right. */
  async #answers(
    name: string,
    type: RecordType,
    wanted: string,
    isRight: (reply: Reply) => boolean,
  ): Promise<void> {
    await patiently(`${wanted} for ${type} ${name} in ${this.#where}`, async () => {
      const replies = await this.#client.lookUp(BOTH.map((protocol) => ({ name, type, protocol })));
      replies.forEach((reply, n) => {
        if (!isRight(reply)) throw new Error(`over ${BOTH[n]} it is ${reply.status} [${reply.answers}]`);
      });
    });
  }

  /** An address has one family, a name may have all of the cluster's. */
  #targets(host: string, { port = 80, protocol = 'TCP' }: Way, family?: Family): Target[] {
    const families = /^[\d.]+$|:/.test(host) ? [familyOf(host)] : family ? [family] : this.families;
    return families.map((one) => ({ host, port, protocol, family: one }));
  }
}

function times({ protocol }: Target): number {
  return protocol === 'UDP' ? ENOUGH_OVER_UDP : ENOUGH;
}

function shown({ host, port, protocol, family }: Target): string {
  return `${host} port ${port}/${protocol} over ${family}`;
}
