import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { members } from '#apis/hub/member.ts';
import { resourceQuotas } from '#apis/kubernetes/resource-quota.ts';
import { refusalOf } from '#controllers/export/refusals.ts';
import { sameContent } from '#src/cli/installing/difference.ts';
import { readJoinBundle } from '#src/install/join-bundle.ts';
import type { Manifest } from '#src/install/manifest.ts';
import { manifestPath } from '#src/install/manifest-path.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { connect } from '#src/kube/connect.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { useClusters } from '#test/clusters/use-clusters.ts';
import { eventually } from '#test/driver/eventually.ts';
import { HandWrittenMember } from '#test/driver/hand-written.ts';
import { awaitVoid, HubKeyboard, outcomes, READER } from './hub-keyboard.ts';
import { removing } from './hub-removing.ts';

describe('the hub side of joining', () => {
  // Controllers: they count what limits bound, and empty namespaces.
  const clusters = useClusters({ hub: { name: 'hub', controllers: true, audit: true }, members: [] });
  let hub: KubeClient;
  let keyboard: HubKeyboard;
  const types = (line: string, file?: string) => keyboard.types(line, file);
  const end: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    keyboard = new HubKeyboard(clusters.set);
    await keyboard.grantReading();
    hub = connect({ cluster: 'hub', kubeconfig: { text: clusters.hub.kubeconfig }, clock: systemClock() });
    end.push(() => hub.close());
  });
  afterAll(async () => {
    await Promise.all(end.map((close) => close()));
  });

  describe('a mistake is one line, and nothing is written', () => {
    it.each<[string, number, RegExp]>([
      ['hub init --context nope', 2, /there is no context nope/],
      ['hub init --timeout soon', 2, /--timeout="soon": is not a duration/],
      ['hub member add No.Id', 2, /NAME="No.Id": has a dot/],
      ['hub member add zzzc --address-ranges 10.0.0.0', 2, /--address-ranges: "10.0.0.0" is none/],
      ['hub member add zzzc --max-services many', 2, /--max-services="many": is not a number/],
      ['hub member add zzzc', 1, /hub is no hub/],
      ['hub member remove zzzc', 1, /hub is no hub/],
      ['hub invite zzzc', 1, /hub is no hub/],
      ['hub invite zzzc --ttl 1m', 2, /--ttl="1m": is not a duration between 10m and 24h/],
      ['hub invte zzzc', 2, /invte/],
    ])('%s', async (line, code, said) => {
      const since = await clusters.hub.audit.mark();
      const ran = await types(line);
      expect(ran).toMatchObject({ code, out: '' });
      expect(ran.err).toEqual([expect.stringMatching(said)]);
      expect(await keyboard.writes(since)).toEqual([]);
    });

    it('an unreachable hub is told in the words of the transport, and then what to look at', async () => {
      const ran = await types('hub init', keyboard.files.unreachable);
      expect(ran.code).toBe(3);
      expect(ran.err).toEqual([
        expect.stringMatching(
          /gone: cannot get .*https:\/\/127.0.0.1:1: .*ECONNREFUSED.*: does its API server run/,
        ),
      ]);
    });

    it('a read-only kubeconfig is told by name, with each missing verb, before anything is written', async () => {
      const since = await clusters.hub.audit.mark();
      const ran = await types('hub init', keyboard.files.reader);
      expect(ran.code).toBe(1);
      expect(ran.err).toContain(
        `tombolo hub: hub: ${READER} may not patch clusterroles.rbac.authorization.k8s.io tombolo-reader in the whole cluster`,
      );
      expect(ran.err.at(-1)).toBe('tombolo hub: nothing was written');
      expect(await keyboard.writes(since, READER)).toEqual([]);
    });
  });

  describe('hub init', () => {
    it.each(['client', 'server'])(
      'with --dry-run=%s says what it would do, and writes nothing',
      async (how) => {
        const since = await clusters.hub.audit.mark();
        const ran = await types(`hub init --dry-run=${how}`);
        expect(ran.code).toBe(0);
        expect(outcomes(ran)).toEqual(new Set(['created']));
        expect(ran.err).toEqual(['next: tombolo hub init']);
        expect(await keyboard.writes(since)).toEqual([]);
      },
    );

    it('installs, and says what comes next', async () => {
      const ran = await types('hub init --wait=false');
      expect(ran).toMatchObject({ code: 0, err: ['next: tombolo hub member add NAME'] });
      expect(outcomes(ran)).toEqual(new Set(['created']));
    });

    it('twice is once, though the API server’s own controllers write to its objects meanwhile', async () => {
      expect(outcomes(await types('hub init --wait=false'))).toEqual(new Set(['unchanged']));
      for (const how of ['client', 'server']) {
        expect(outcomes(await types(`hub init --dry-run=${how}`))).toEqual(new Set(['unchanged']));
      }
    });

    it('says what is missing where the controller does not run in time', async () => {
      const ran = await types('hub init --timeout 1s');
      expect(ran.code).toBe(1);
      expect(ran.err).toEqual([
        'hub: waiting for Deployment tombolo-hub/tombolo-hub: 0 of 1 pods are ready',
        expect.stringMatching(/tombolo-hub is not available after 1 s: 0 of 1 pods are ready; see kubectl/),
      ]);
    });

    it('prints with -o yaml, without asking a cluster, what it installs', async () => {
      const { out } = await types('hub init --dry-run=client -o yaml', '/nonexistent');
      const printed = parseAllDocuments(out).map((document): Manifest => document.toJS());
      expect(printed.length).toBeGreaterThan(15);
      const { admin } = clusters.hub;
      for (const manifest of printed) {
        const path = manifestPath(manifest);
        const query = '?dryRun=All&fieldManager=tombolo-cli';
        const after = await admin.call('PATCH', path + query, manifest, 'application/apply-patch+yaml');
        expect(sameContent(await admin.get(path), after), path).toBe(true);
      }
    });

    it('is refused elsewhere, where it would be a second one, and where Helm keeps the hub', async () => {
      const ran = await types('hub init -n elsewhere');
      expect(ran.err).toEqual([
        'tombolo hub: hub: the hub is installed in namespace tombolo-hub: say -n tombolo-hub',
      ]);
      const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles/tombolo-reader';
      const label = (value: string | null) =>
        clusters.hub.admin.call(
          'PATCH',
          path,
          { metadata: { labels: { 'app.kubernetes.io/managed-by': value } } },
          'application/merge-patch+json',
        );
      await label('Helm');
      expect((await types('hub init')).err).toEqual([
        expect.stringMatching(/Helm keeps this hub.*helm upgrade$/),
      ]);
      await label(null);
    });

    it('names who else has changed an object, and does not take it over', async () => {
      const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles/tombolo-reader';
      const before: { rules: object[] } = Object(await clusters.hub.admin.get(path));
      await clusters.hub.admin.call('PATCH', path, { rules: [] }, 'application/merge-patch+json');
      const ran = await types('hub init --wait=false');
      expect(ran.code).toBe(1);
      expect(ran.err).toEqual([expect.stringMatching(/ClusterRole tombolo-reader is .*'?s: it set .*rules/)]);
      await clusters.hub.admin.call('DELETE', path);
      expect(before.rules).not.toEqual([]);
      expect((await types('hub init --wait=false')).code).toBe(0);
    });
  });

  describe('a member', () => {
    it('is entered once, however often; what no flag says stays', async () => {
      const flags = '--allowed-namespaces prod,team-* --address-ranges 10.1.0.0/16';
      const ran = await types(`hub member add zzzc --no-limits ${flags}`);
      expect(ran).toMatchObject({ code: 0, err: ['next: tombolo hub invite zzzc'] });
      expect(outcomes(await types('hub member add zzzc --no-limits'))).toEqual(new Set(['unchanged']));
      expect((await hub.get(members, { name: 'zzzc' })).spec).toEqual({
        allowedNamespaces: ['prod', 'team-*'],
        addressRanges: ['10.1.0.0/16'],
      });
      const { out } = await types('hub member list -o json');
      expect(out).toBe((await types('get clusters -o json')).out);
      expect(JSON.parse(out)).toMatchObject({ items: [{ name: 'zzzc' }] });
    });

    it('that is not entered is not invited', async () => {
      const ran = await types('hub invite nobody');
      expect(ran).toMatchObject({ code: 1, out: '' });
      expect(ran.err).toEqual([
        'tombolo hub: hub has no Member nobody: run `tombolo hub member add nobody` first',
      ]);
    });

    it('invited again is invited once, and revoked has neither access nor invitation', async () => {
      // Without a CA in the kubeconfig the bundle has the one that the cluster gives to its pods.
      const { withoutCa } = keyboard.files;
      const first = await types('hub invite zzzc --server https://hub.example.com:6443', withoutCa);
      expect(first.err).toEqual(['next: tombolo join --bundle FILE --context MEMBER']);
      const one = readJoinBundle(first.out, 'the first');
      expect(one).toMatchObject({ clusterId: 'zzzc', hub: { server: 'https://hub.example.com:6443' } });
      const { certificateAuthorityData } = one.hub;
      expect(Buffer.from(certificateAuthorityData, 'base64').toString().trim()).toBe(clusters.hub.ca?.trim());
      await keyboard.uses(one);
      const since = await clusters.hub.audit.mark();
      await types('hub invite zzzc --dry-run=server');
      expect(await keyboard.writes(since)).toEqual([]);
      await keyboard.uses(one);
      const second = await types('hub invite zzzc -o json');
      // The test's own API server is on this machine.
      expect(second.err[0]).toMatch(
        /^warning: https:\/\/127.*: members reach the hub elsewhere; say --server URL/,
      );

      await types('hub member add bjpdc --no-limits');
      const other = readJoinBundle((await types('hub invite bjpdc')).out, 'a bundle');
      const token = await keyboard.uses(other);
      const dry = await types('hub member revoke bjpdc --dry-run=server');
      expect(outcomes(dry)).toEqual(new Set(['deleted']));
      await keyboard.uses(other);
      const ran = await types('hub member revoke bjpdc');
      expect(ran.err.at(-1)).toContain('tombolo hub member add bjpdc, then tombolo hub invite bjpdc');

      await Promise.all([
        awaitVoid(() => keyboard.uses(one)),
        awaitVoid(() => keyboard.uses(other)),
        awaitVoid(() => keyboard.reads(token)),
      ]);
      await keyboard.uses(readJoinBundle(second.out, 'the second'));
      expect((await types('hub member revoke bjpdc')).code).toBe(0);
    });
  });

  describe('limits', () => {
    it('keep a member from filling the hub, and the ServiceExport can say so', async () => {
      const ran = await types('hub member add shbt --max-services 2');
      expect(ran.code).toBe(0);
      const shbt = await HandWrittenMember.join({ clusters: clusters.set }, 'shbt');
      end.push(() => shbt.close());
      await shbt.reports(['prod.a', 'prod.b', 'prod.c']);
      await shbt.exports('prod', 'a');
      await shbt.exports('prod', 'b');
      const error = await shbt.exports('prod', 'c').catch((refusal: unknown) => refusal);
      expect(refusalOf(error)).toMatch(
        /^this member may have no more than 2 exportedservices there \(ResourceQuota tombolo-records\): unexport others/,
      );
      await types('hub member add shbt --max-services 3');
      await eventually('there is room', () => shbt.exports('prod', 'c'));
      expect((await hub.list(exportedServices, { namespace: 'member-shbt' })).items).toHaveLength(3);
      await types('hub member add shbt --no-limits');
      expect((await hub.list(resourceQuotas, { namespace: 'member-shbt' })).items).toEqual([]);
    });
  });

  describe('removing a member', () => removing(() => ({ hub, clusters, keyboard, end })));
});
