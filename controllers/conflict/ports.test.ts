import { describe, expect, test } from 'vitest';
import type { ImportPort } from '#apis/multicluster/service-import.ts';
import { exporter } from '#test/builders/exporters.ts';
import { mergePorts, showPort } from './ports.ts';

/** `http 80`, `dns 53/UDP`, `80` (unnamed), `grpc 90 h2c` (appProtocol). */
function port(text: string): ImportPort {
  const [, name, number, protocol = 'TCP', appProtocol] =
    /^(?:([a-z]\S*) )?(\d+)(?:\/(\w+))?(?: (\S+))?$/.exec(text) ?? [];
  return { ...(name && { name }), protocol, ...(appProtocol && { appProtocol }), port: Number(number) };
}

function merge(...exporters: string[][]) {
  const records = exporters.map((ports, at) => exporter(`c${at}`, { ports: ports.map(port) }));
  const { merged, leftOut, agreed } = mergePorts(records);
  return {
    ports: merged.map((one) => showPort(one.port)),
    from: merged.map((one) => one.supplier.cluster),
    leftOut: leftOut.map((one) => `${showPort(one.port)} of ${one.record.cluster}`),
    agreed,
  };
}

/** Lines of SEMANTICS 3.3. Each: what the exporters offer, oldest first, and the merged list. */
describe('ports', () => {
  test.each<[string, string[][], string[], 'agree' | 'conflict']>([
    ['equal in two clusters stay', [['http 80'], ['http 80']], ['http 80/TCP'], 'agree'],
    [
      'equal as sets are equal, whatever their order',
      [
        ['a 1', 'b 2'],
        ['b 2', 'a 1'],
      ],
      ['a 1/TCP', 'b 2/TCP'],
      'agree',
    ],
    [
      'of a new name and a new number are added',
      [['http 80'], ['web 8080']],
      ['http 80/TCP', 'web 8080/TCP'],
      'conflict',
    ],
    [
      'missing elsewhere are a conflict',
      [['http 80'], ['http 80', 'web 81']],
      ['http 80/TCP', 'web 81/TCP'],
      'conflict',
    ],
    ['of a known name and another number lose', [['http 80'], ['http 8080']], ['http 80/TCP'], 'conflict'],
    ['of a known name and another protocol lose', [['dns 53/UDP'], ['dns 53']], ['dns 53/UDP'], 'conflict'],
    ['of a known number and another name lose', [['http 80'], ['web 80']], ['http 80/TCP'], 'conflict'],
    [
      'of one number and two protocols are two ports',
      [['dns 53/UDP', 'dns-tcp 53']],
      ['dns 53/UDP', 'dns-tcp 53/TCP'],
      'agree',
    ],
    [
      'that differ in appProtocol only are a conflict, and the oldest wins',
      [['http 80 http'], ['http 80 kubernetes.io/h2c']],
      ['http 80/TCP (http)'],
      'conflict',
    ],
    [
      'that differ in having an appProtocol are a conflict',
      [['http 80'], ['http 80 http']],
      ['http 80/TCP'],
      'conflict',
    ],
    ['without a name are equal by the empty name', [['80'], ['80']], ['80/TCP (unnamed)'], 'agree'],
    ['without a name clash with another number', [['80'], ['81']], ['80/TCP (unnamed)'], 'conflict'],
    [
      'without a name from a younger exporter find no place',
      [['http 80'], ['81']],
      ['http 80/TCP'],
      'conflict',
    ],
    [
      'with a name find no place beside an unnamed one',
      [['80'], ['http 81', 'web 82']],
      ['80/TCP (unnamed)'],
      'conflict',
    ],
    ['of an exporter that has none are a conflict', [['http 80'], []], ['http 80/TCP'], 'conflict'],
    ['of nobody are no conflict', [[], []], [], 'agree'],
    [
      'of the second exporter start the list where the first has none',
      [[], ['80']],
      ['80/TCP (unnamed)'],
      'conflict',
    ],
    [
      'of a swapped pair stay as the oldest has them',
      [
        ['a 1', 'b 2'],
        ['a 2', 'b 1'],
      ],
      ['a 1/TCP', 'b 2/TCP'],
      'conflict',
    ],
  ])('%s', (_, exporters, ports, verdict) => {
    const result = merge(...exporters);
    expect(result.ports).toEqual(ports);
    expect(result.agreed).toBe(verdict === 'agree');
  });

  test('are taken from the oldest exporter that has them', () => {
    expect(merge(['http 80'], ['http 80', 'web 81'], ['web 81', 'db 82']).from).toEqual(['c0', 'c1', 'c2']);
  });

  test('that would make the list invalid are left out by name, and the older ones stay', () => {
    expect(merge(['http 80'], ['81']).leftOut).toEqual(['81/TCP (unnamed) of c1']);
    expect(merge(['80'], ['http 81', 'web 82']).leftOut).toEqual(['http 81/TCP of c1', 'web 82/TCP of c1']);
    expect(merge(['http 80'], ['http 81']).leftOut).toEqual([]);
  });
});
