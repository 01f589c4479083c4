import { describe, expect, test } from 'vitest';
import type { EndpointPort } from '#apis/kubernetes/endpoint-slice.ts';
import type { ImportPort } from '#apis/multicluster/service-import.ts';
import { importedPorts } from './ports.ts';

/** `http 80`, `dns 53/UDP`, `80` (unnamed). */
function port(text: string): ImportPort {
  const [, name, number, protocol] = /^(?:([a-z]\S*) )?(\d+)(?:\/(\w+))?$/.exec(text) ?? [];
  return { ...(name && { name }), ...(protocol && { protocol }), port: Number(number) };
}

function show({ name, port: number, protocol }: EndpointPort): string {
  return `${name ? `${name} ` : ''}${number}${protocol === 'TCP' ? '' : `/${protocol}`}`;
}

/** SEMANTICS 3.3: the slice's ports, the exporter's Service's ports, the merged ports, what stays. */
describe('ports of an imported slice', () => {
  test.each<[string, string[], string[], string[], string[]]>([
    ['stay where all agree, with the pod’s number', ['http 8080'], ['http 80'], ['http 80'], ['http 8080']],
    [
      'of ports that others add are not invented',
      ['http 8080'],
      ['http 80'],
      ['http 80', 'web 81'],
      ['http 8080'],
    ],
    ['of the same name and another number go', ['http 8080'], ['http 81'], ['http 80'], []],
    ['of the same name and another protocol go', ['dns 53/UDP'], ['dns 53/UDP'], ['dns 53'], []],
    ['of another name and another number go', ['web 8081'], ['web 81'], ['http 80'], []],
    ['of another name and the same number are renamed', ['web 8080'], ['web 80'], ['http 80'], ['http 8080']],
    ['without a name are renamed', ['8080'], ['80'], ['http 80'], ['http 8080']],
    ['with a name lose it where the merged port has none', ['http 8080'], ['http 80'], ['80'], ['8080']],
    [
      'whose name clashes go, although another merged port has their number',
      ['http 8080'],
      ['http 81'],
      ['http 80', 'alt 81'],
      [],
    ],
    ['that are swapped go both', ['a 1', 'b 2'], ['a 2', 'b 1'], ['a 1', 'b 2'], []],
    ['that the exporter’s Service does not have go', ['debug 9'], ['http 80'], ['http 80', 'debug 9'], []],
    ['of another protocol than the exporter’s Service go', ['http 8080/UDP'], ['http 80'], ['http 80'], []],
    [
      'stay one by one',
      ['http 8080', 'metrics 9091', 'admin 1'],
      ['http 80', 'metrics 9090', 'admin 82'],
      ['http 80', 'metrics 9090', 'admin 81'],
      ['http 8080', 'metrics 9091'],
    ],
    ['are none where there are none', [], [], ['http 80'], []],
    [
      'are no ports where their number is none',
      ['http 0', 'web 70000'],
      ['http 80', 'web 81'],
      ['http 80', 'web 81'],
      [],
    ],
    [
      'stay to the first and the last number that there is',
      ['a 1', 'b 65535', 'c 65536', 'd 0'],
      ['a 80', 'b 81', 'c 82', 'd 83'],
      ['a 80', 'b 81', 'c 82', 'd 83'],
      ['a 1', 'b 65535'],
    ],
    ['of one name are one', ['http 1', 'http 2'], ['http 80'], ['http 80'], ['http 1']],
  ])('%s', (_, slice, exporter, merged, expected) => {
    expect(importedPorts(slice.map(port), exporter.map(port), merged.map(port)).map(show)).toEqual(expected);
  });

  test('have name and protocol as the API server stores them, and the merged appProtocol', () => {
    const merged = [{ ...port('http 80'), appProtocol: 'kubernetes.io/h2c' }];
    const slice = [{ name: 'http', protocol: 'TCP', port: 8080, appProtocol: 'http' }];
    expect(importedPorts(slice, [port('http 80')], merged)).toEqual([
      { name: 'http', protocol: 'TCP', port: 8080, appProtocol: 'kubernetes.io/h2c' },
    ]);
    expect(importedPorts([{ port: 1 }], [port('80')], [port('80')])).toEqual([
      { name: '', protocol: 'TCP', port: 1 },
    ]);
  });

  test('of half a number are none', () => {
    expect(importedPorts([{ name: 'http', port: 80.5 }], [port('http 80')], [port('http 80')])).toEqual([]);
  });

  test('that stand for all ports, as a hand-written slice may say, stay so', () => {
    expect(importedPorts([{ name: 'http' }], [port('http 80')], [port('http 80')])).toEqual([
      { name: 'http', protocol: 'TCP' },
    ]);
  });
});
