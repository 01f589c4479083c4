import { beforeAll, describe, expect, it } from 'vitest';
import { installCrds } from '#test/clusters/crds.ts';
import { ENOUGH, template } from './driver/charts.ts';
import { HELMS } from './driver/use-helms.ts';
import { useReleases } from './driver/use-releases.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const EXPORTS = `${CRDS}/serviceexports.multicluster.x-k8s.io`;
const RELEASE = 'multicluster.x-k8s.io/release-version';

describe.each(HELMS)('with %s, where another product has brought the Multi-Cluster Services CRDs', (name) => {
  const at = useReleases(name, { hub: { name: 'hub' }, members: [{ name: 'zzzc' }] });
  const admin = () => at.member('zzzc').admin;
  let before: Crd;

  beforeAll(async () => {
    await installCrds(admin(), ['crds/multicluster']);
    await installCrds(at.hub.admin, ['crds/multicluster']);
    before = (await admin().get(EXPORTS)) as Crd;
  });

  it('an installation is refused, and changes nothing', async () => {
    const { exitCode, stderr } = await at
      .on('zzzc')
      .try('install', 'tombolo-member', ENOUGH, '--create-namespace');
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/CustomResourceDefinition "service(ex|im)ports.multicluster.x-k8s.io"/);
    expect(stderr).toContain('cannot be imported into the current release');
    expect(((await admin().get(EXPORTS)) as Crd).metadata.resourceVersion).toBe(
      before.metadata.resourceVersion,
    );
  });

  it('one that leaves them to the other is not, and leaves them alone to its end', async () => {
    const values = { ...ENOUGH, crds: { enabled: false } };
    await at.on('zzzc').run('apply', 'tombolo-member', values, '--create-namespace');
    await at.on('zzzc').uninstall('tombolo-member');
    expect(((await admin().get(EXPORTS)) as Crd).metadata.resourceVersion).toBe(
      before.metadata.resourceVersion,
    );
  });

  it('a later release of them is not put back, even by somebody who takes them over', async () => {
    await admin().call(
      'PATCH',
      EXPORTS,
      { metadata: { labels: { [RELEASE]: 'v0.6.0' } } },
      'application/merge-patch+json',
    );
    const flags = ['--create-namespace', '--take-ownership'];
    const { exitCode, stderr } = await at.on('zzzc').try('install', 'tombolo-member', ENOUGH, ...flags);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain(
      'of release v0.6.0, and this chart would put v0.5.2 in its place: set crds.enabled=false',
    );
  });

  it('what is rendered and applied meets the other’s fields, and says so', async () => {
    const { helm, kubectl } = at.on('zzzc');
    const text = await template(helm, 'tombolo-member', ENOUGH, '-s', 'templates/crds/serviceexports.yaml');
    const { exitCode, stderr } = await kubectl.try(['apply', '--server-side', '-f', '-'], text);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('conflict');
    const { metadata } = (await admin().get(EXPORTS)) as Crd;
    expect(metadata.labels[RELEASE]).toBe('v0.6.0');
  });

  it('somebody may take the same release over on purpose', async () => {
    const flags = ['--create-namespace', '--take-ownership'];
    await at.on('hub').run('install', 'tombolo-member', ENOUGH, ...flags);
    const { metadata } = (await at.hub.admin.get(EXPORTS)) as Crd;
    expect(metadata.labels['app.kubernetes.io/managed-by']).toBe('Helm');
  });
});

interface Crd {
  metadata: { resourceVersion: string; labels: Record<string, string> };
}
