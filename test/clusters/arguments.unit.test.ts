import { describe, expect, it } from 'vitest';
import { parseClustersCommand } from './arguments.ts';

const USUAL = { verb: 'start', json: false, pods: false, stack: 'ipv4', images: [], toolbox: [] };

describe('parseClustersCommand', () => {
  it.each<[string[], string[]]>([
    [[], ['zzzc', 'shbt', 'bjpdc']],
    [['--members', '1'], ['zzzc']],
    [['--members', '0'], []],
    [
      ['--members', '5'],
      ['zzzc', 'shbt', 'bjpdc', 'member4', 'member5'],
    ],
    [
      ['--names', 'a,b'],
      ['a', 'b'],
    ],
    [
      ['--names', 'a,b', '--members', '3'],
      ['a', 'b', 'member3'],
    ],
  ])('%j starts %j', (args, members) => {
    expect(parseClustersCommand(args)).toEqual({ ...USUAL, members });
  });

  it.each<[string[], string]>([
    [['--members', 'many'], '--members many: expected a number'],
    [['--members', '51'], '--members 51: expected a number'],
    [['--members', '6', '--pods'], '--members 6: expected a number from 0 to 5'],
    [['--stack', 'ipv5'], '--stack ipv5: expected ipv4, ipv6, dual'],
    [['--image', 'a.tar'], '--image and --toolbox need --pods'],
    [['--names', 'a,b,c', '--members', '2'], '--names has 3 names for 2 members'],
    [['--names', 'A'], "'A' is no cluster id"],
    [['--names', 'a.b'], "'a.b' is no cluster id"],
    [['--names', 'a'.repeat(56)], 'is no cluster id'],
    [['--names', 'a,'], "'' is no cluster id"],
    [['--names', 'a,a'], "'a' appears twice"],
    [['--names', 'hub'], "'hub' appears twice"],
    [['--member', '2'], "Unknown option '--member'"],
  ])('%j is refused: %s', (args, reason) => {
    expect(() => parseClustersCommand(args)).toThrow(reason);
  });

  it('knows images to load', () => {
    const args = ['--pods', '--image', 'a.tar', '--toolbox', 'x.test/a:1', '--toolbox', 'x.test/b:1'];
    expect(parseClustersCommand(args)).toMatchObject({
      images: ['a.tar'],
      toolbox: ['x.test/a:1', 'x.test/b:1'],
    });
  });

  it('knows --pods and --stack', () => {
    expect(parseClustersCommand(['--pods', '--stack', 'dual'])).toMatchObject({ pods: true, stack: 'dual' });
  });

  it('knows --json, --clean and --help', () => {
    expect(parseClustersCommand(['--json'])).toMatchObject({ verb: 'start', json: true });
    expect(parseClustersCommand(['--clean'])).toEqual({ verb: 'clean' });
    expect(parseClustersCommand(['--help', '--members', 'x'])).toEqual({ verb: 'help' });
  });
});
