import { describe, expect, it } from 'vitest';
import { type Corefile, separate, stockBlock } from './corefiles.ts';
import type { Facts } from './facts.ts';
import type { Fleet } from './fleet.ts';
import { look, outcome, WELL } from './look.ts';

/** What the file of another time would be: the first is what CoreDNS before 1.12.2 says of `multicluster`. */
const REFUSED: readonly { what: string; name: string; corefile: Corefile; words: string }[] = [
  {
    what: 'a property that this version does not know',
    name: 'unknown-property',
    corefile: (place) => separate(place).replace('multicluster ', 'multizone '),
    words: "unknown property 'multizone'",
  },
  {
    what: 'a plugin that this build does not have',
    name: 'unknown-plugin',
    corefile: (place) => separate(place).replace('cache 5', 'nonsense'),
    words: "Unknown directive 'nonsense'",
  },
  {
    what: "a zone that is not among the plugin's zones",
    name: 'zone-missing',
    corefile: (place) => stockBlock(place, ['cluster.local'], ['multicluster clusterset.local']),
    words: 'is not authoritative for the multicluster zone clusterset.local.',
  },
  {
    what: 'a brace too few',
    name: 'brace-few',
    corefile: (place) => separate(place).trimEnd().slice(0, -1),
    words: "expecting '}'",
  },
];

/** A Corefile that cannot be: harmless to whoever runs, deadly to whoever starts. */
export function refused(facts: () => Facts, fleet: () => Fleet): void {
  describe.each(REFUSED)('$what', ({ name, corefile, words }) => {
    it('lets whoever runs go on as before', async () => {
      const { inline: running } = fleet();
      expect(await running.reload(corefile)).toContain(words);
      expect(await look(running)).toEqual(WELL);
    });

    it('ends whoever starts', async () => {
      await expect(facts().start({ name, corefile })).rejects.toThrow(words);
    });
  });
}

/** A Corefile that is taken and does not do what was meant. */
export function taken(facts: () => Facts): void {
  it('a brace too many goes unnoticed', async () => {
    const many = await facts().start({ name: 'brace-many', corefile: (place) => `${separate(place)}}\n` });
    expect(await look(many)).toEqual(WELL);
  });

  it('the zone without the line `multicluster`: names of the set become those of the cluster', async () => {
    const { cluster, start } = facts();
    await cluster.admin.apply('/api/v1/namespaces/prod/services/only-here', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'only-here' },
      spec: { ports: [{ port: 5432 }] },
    });
    const corefile: Corefile = (place) => stockBlock(place, ['cluster.local', 'clusterset.local'], []);
    const dns = await start({ name: 'no-multicluster', corefile });
    expect(await outcome(dns, 'only-here.prod.svc.clusterset.local')).toBe('resolves');
    expect(await outcome(dns, 'db.prod.svc.clusterset.local')).toBe('NXDOMAIN');
  });

  it('a block that is not there for the zone: questions for it are refused', async () => {
    const corefile: Corefile = (place) =>
      stockBlock(
        place,
        ['cluster.local', 'clusterset.local'],
        ['multicluster clusterset.local'],
        'cluster.local',
      );
    const dns = await facts().start({ name: 'narrow', corefile });
    expect(await outcome(dns, 'kubernetes.default.svc.cluster.local')).toBe('resolves');
    expect(await outcome(dns, 'db.prod.svc.clusterset.local')).toBe('REFUSED');
  });

  it.each([
    [
      'namespace_labels kubernetes.io/metadata.name=prod',
      'compares with the ServiceImport, not its namespace',
    ],
    ['labels app=db', 'compares with the imported EndpointSlices'],
    ['namespaces other', 'hides all others'],
  ])('`%s`: %s', async (line) => {
    const name = line.split(' ', 1)[0]?.replace('_', '-') ?? '';
    const corefile: Corefile = (place) =>
      stockBlock(place, ['cluster.local', 'clusterset.local'], ['multicluster clusterset.local', line]);
    const dns = await facts().start({ name, corefile });
    expect(await outcome(dns, 'db.prod.svc.clusterset.local')).toBe('NXDOMAIN');
  });
}
