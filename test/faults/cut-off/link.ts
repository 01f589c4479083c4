import type { Agent } from '#test/driver/agent.ts';
import { proxiedToHub } from '#test/driver/proxied.ts';
import type { TestSet } from '#test/driver/set.ts';
import type { FaultProxy } from '#test/proxy/fault-proxy.ts';

/** A member's way to the hub, which can be broken; at its end the member's agent runs on the straight way again. */
export interface Link extends AsyncDisposable {
  readonly proxy: FaultProxy;
  /** The agent that goes this way. */
  readonly agent: Agent;
}

/** Restarts a member's agent so that it reaches the hub through a proxy. */
export async function linkOf(set: TestSet, id: string): Promise<Link> {
  const { proxy, kubeconfig } = await proxiedToHub(set, id);
  const agent = await set.restartAgent(id, { hubKubeconfig: kubeconfig });
  return {
    proxy,
    agent,
    async [Symbol.asyncDispose]() {
      await proxy.mode('pass');
      await set.restartAgent(id);
      await proxy.close();
    },
  };
}
