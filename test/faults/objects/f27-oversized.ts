import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect } from 'vitest';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServiceName, exportedServices } from '#apis/hub/exported-service.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { endpoint, headless, pods, slice } from '#test/driver/builders.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { type FaultProxy, startFaultProxy } from '#test/proxy/fault-proxy.ts';
import { faultKeepingAll } from '../frame/keeping.ts';

const NS = 'prod';
/** The most that an API server takes of an object's annotations, keys and values together. */
const ANNOTATIONS = 256 * 1024;
const MIB = 1024 * 1024;

/** Objects of zzzc's users that are as large as its API server takes them; what its agent sends to the hub is counted. */
export function oversized(set: OpenedSet): void {
  const zzzc = () => set().member('zzzc');
  let hub: FaultProxy;

  beforeAll(async () => {
    hub = await startFaultProxy({ target: set().cluster('hub').kubeconfig });
    const direct = readFileSync(set().files('zzzc').hubKubeconfig, 'utf8');
    const hubKubeconfig = set().clusters.workspace.write(
      'proxied-hub.kubeconfig',
      await hub.kubeconfigFor('zzzc', direct),
    );
    await set().restartAgent('zzzc', { hubKubeconfig });
  });
  afterAll(async () => {
    await set().restartAgent('zzzc');
    await hub?.close();
  });

  faultKeepingAll(
    set,
    'F27',
    'a slice of more than a megabyte: its endpoints travel, the rest does not',
    async (finding) => {
      const endpoints = pods(1_000, 'big', 50).map((one, n) => ({
        ...one,
        nodeName: 'n'.repeat(253),
        targetRef: { kind: 'Pod', namespace: NS, name: `${n}${'p'.repeat(240)}`, uid: 'u'.repeat(250) },
      }));
      const big = slice(NS, 'big', 'a', endpoints);
      const annotated = {
        ...big,
        metadata: { ...big.metadata, annotations: { note: 'x'.repeat(ANNOTATIONS - 10) } },
      };
      expect(JSON.stringify(annotated).length).toBeGreaterThan(MIB);
      await zzzc().service(headless(NS, 'big'));
      await zzzc().slice(annotated);
      await zzzc().exports(NS, 'big');
      const addresses = endpoints.flatMap((one) => one.addresses);
      for (const member of set().members) await member.awaitAddresses(NS, 'big', 'zzzc', addresses);
      const { writes, bytes } = sentOf('big');
      // Where the agent hears of the export before it hears of the slice, the record of the Service names it later.
      const [own, slices] = [exportedServices.plural, exportedEndpointSlices.plural];
      expect(writes.filter((write) => write.endsWith(slices))).toEqual([`create ${slices}`]);
      expect([[`create ${own}`], [`create ${own}`, `update ${own}`]]).toContainEqual(
        writes.filter((write) => write.endsWith(own)),
      );
      expect(bytes).toBeLessThan(100 * 1_000);
      finding.records({
        'bytes sent of a slice': bytes,
        'bytes of that slice': JSON.stringify(annotated).length,
      });
    },
  );

  faultKeepingAll(
    set,
    'F27',
    'a Service with 256 KiB of annotations and 5,000 labels: none of them travels',
    async (finding) => {
      const plain = headless(NS, 'noted');
      const metadata = {
        ...plain.metadata,
        annotations: { note: 'x'.repeat(ANNOTATIONS - 10) },
        labels: labels(5_000),
      };
      await zzzc().service({ ...plain, metadata });
      await zzzc().slice(slice(NS, 'noted', 'a', [endpoint('198.18.46.1')]));
      await zzzc().exports(NS, 'noted');
      for (const member of set().members) await member.awaitAddresses(NS, 'noted', 'zzzc', ['198.18.46.1']);
      const { writes, bytes } = sentOf('noted');
      // Where the agent hears of the export before it hears of the slice, the record of the Service names it later.
      const [own, slices] = [exportedServices.plural, exportedEndpointSlices.plural];
      expect(writes.filter((write) => write.endsWith(slices))).toEqual([`create ${slices}`]);
      expect([[`create ${own}`], [`create ${own}`, `update ${own}`]]).toContainEqual(
        writes.filter((write) => write.endsWith(own)),
      );
      expect(bytes).toBeLessThan(2_000);
      finding.records({ 'bytes sent of a noted Service': bytes });
    },
  );

  const tooMuch = [
    [
      '5,000 labels',
      { exportedLabels: labels(5_000) },
      'spec.exportedLabels has 5000 entries that travel, more than 256',
    ],
    [
      '256 KiB of annotations',
      { exportedAnnotations: { note: 'x'.repeat(ANNOTATIONS) } },
      `spec.exportedAnnotations holds ${ANNOTATIONS + 4} characters that travel, more than 65536`,
    ],
  ] as const;
  for (const [n, [what, spec, why]] of tooMuch.entries()) {
    faultKeepingAll(
      set,
      'F27',
      `an export that would bring ${what} along is refused before it is sent, and says so`,
      async (finding) => {
        const name = `laden-${n}`;
        await zzzc().service(headless(NS, name));
        await zzzc().slice(slice(NS, name, 'a', [endpoint('198.18.46.2')]));
        await zzzc().exports(NS, name, spec);
        const { message } = await zzzc().awaitCondition(NS, name, 'Ready', 'False', 'Failed');
        expect(message).toContain(why);
        await set().settle(NS);
        // Asked again at every change, and still not sent.
        await zzzc().slice(slice(NS, name, 'a', [endpoint('198.18.46.3')]));
        await set().settle(NS);
        expect(sentOf(name)).toEqual({ writes: [], bytes: 0 });
        finding.records({ [`bytes sent, ${what}`]: 0 });

        await zzzc().edits(serviceExports, { namespace: NS, name }, (found) => ({ ...found, spec: {} }));
        for (const member of set().members) await member.awaitAddresses(NS, name, 'zzzc', ['198.18.46.3']);
      },
    );
  }

  /** The writes to the hub that were about one export's own records so far, and their bodies' bytes. */
  function sentOf(name: string): { writes: string[]; bytes: number } {
    const record = exportedServiceName(NS, name);
    const sent = hub.requests.filter(
      ({ mutation, resource, body }) =>
        mutation !== undefined && resource?.startsWith('exported') && body.includes(`"${record}`),
    );
    return {
      writes: sent.map(({ verb, resource }) => `${verb} ${resource}`),
      bytes: sent.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0),
    };
  }
}

function labels(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`label-${n}`, `value-${n}`]));
}
