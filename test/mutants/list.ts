/** A mistake that somebody shipped, made again in our code by a patch. */
export interface Mutant {
  /** Names `patches/<name>.patch`. */
  name: string;
  /** What goes wrong. */
  mistake: string;
  /** Where it was shipped. */
  shipped: string;
  /** The test files that guard against it; one of their tests must fail. */
  guards: readonly string[];
}

/** The mistakes of other implementations that this one must not make. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'empty-synced',
    mistake: 'a cache counts as complete before its first list',
    shipped: 'https://github.com/cilium/cilium/issues/47793',
    guards: ['test/integration/runtime/reflector.test.ts', 'test/integration/counts/restart.test.ts'],
  },
  {
    name: 'one-lane',
    mistake: 'live changes wait behind the first list',
    shipped: 'https://github.com/submariner-io/lighthouse/issues/1706',
    guards: ['src/queue/lanes.test.ts', 'src/queue/keyed-queue.test.ts'],
  },
  {
    name: 'periodic-resync',
    mistake: 'everything is listed anew whenever a watch ends',
    shipped: 'https://github.com/submariner-io/lighthouse/pull/1623',
    guards: ['test/integration/runtime/reflector.test.ts'],
  },
  {
    name: 'no-restart-prune',
    mistake: 'what was withdrawn while the agent was away stays published',
    shipped: 'https://github.com/submariner-io/lighthouse/pull/1416',
    guards: ['test/faults/hub-content/hub-content.test.ts'],
  },
  {
    name: 'namespace-recreated',
    mistake: 'nothing comes back to a namespace that is made again',
    shipped: 'https://github.com/submariner-io/lighthouse/issues/685',
    guards: ['controllers/import/service/watches.test.ts'],
  },
  {
    name: 'client-timestamp',
    mistake: "in HubTime an exporter's own stamp decides who wins",
    shipped: 'https://github.com/submariner-io/lighthouse/pull/2247',
    guards: ['controllers/conflict/precedence.test.ts'],
  },
  {
    name: 'namespace-from-content',
    mistake: 'the content of a record says into which namespace it is imported',
    shipped: 'https://github.com/submariner-io/lighthouse/pull/2250',
    guards: ['controllers/conflict/record.test.ts', 'test/faults/bad-objects/bad-objects.test.ts'],
  },
  {
    name: 'parsed-names',
    mistake: 'what an object belongs to is read out of its name',
    shipped: 'https://github.com/linkerd/linkerd2/issues/12499',
    guards: ['controllers/import/slice/place.test.ts'],
  },
  {
    name: 'any-hub',
    mistake: 'whatever answers under the known URL is followed',
    shipped: 'https://github.com/istio/istio/issues/61043',
    guards: ['controllers/membership/identity.test.ts'],
  },
  {
    name: 'cached-token',
    mistake: 'credentials are read once',
    shipped: 'https://github.com/karmada-io/karmada/issues/7663',
    guards: ['test/integration/runtime/credentials.test.ts'],
  },
  {
    name: 'generated-names',
    mistake: 'every attempt makes an object of another name',
    shipped: 'https://github.com/cert-manager/cert-manager/issues/4956',
    guards: ['controllers/endpoints/names.test.ts'],
  },
  {
    name: 'blind-watch',
    mistake: 'a watch that ends without an event is not opened again',
    shipped: 'https://github.com/kubernetes-client/javascript/releases/tag/2.0.0',
    guards: ['test/integration/runtime/reflector.test.ts'],
  },
];
