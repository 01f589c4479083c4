import { expect, it } from 'vitest';
import { parseOptions } from './options.ts';

const OF_OTHERS = ['--kubeconfig', 'k', '--image', 'i'];

it('two IPv4 clusters are started unless told', () => {
  expect(parseOptions([])).toEqual({
    set: { start: { stack: 'ipv4', members: 2 } },
    report: 'docs/conformance',
    only: undefined,
    strict: false,
  });
});

it('clusters that are there are known by their context, or by an id in front of it', () => {
  const options = parseOptions([...OF_OTHERS, '--contexts', 'zzzc,shbt=kind-b=1', '--strict']);
  expect(options).toEqual({
    set: {
      use: {
        kubeconfig: 'k',
        image: 'i',
        contexts: [
          { id: 'zzzc', context: 'zzzc' },
          { id: 'shbt', context: 'kind-b=1' },
        ],
      },
    },
    report: '.tombolo/conformance',
    only: undefined,
    strict: true,
  });
});

it('help is no run', () => {
  expect(parseOptions(['--help'])).toBeUndefined();
});

it.each([
  [['--stack', 'ipv5'], '--stack ipv5: expected ipv4, ipv6 or dual'],
  [['--members', '7'], '--members 7: expected 2 or 3'],
  [['--kubeconfig', 'k'], '--kubeconfig and --image want --contexts'],
  [['--contexts', 'a,b', '--image', 'i'], '--contexts wants --kubeconfig'],
  [['--contexts', 'a,b', '--kubeconfig', 'k'], '--contexts wants --image'],
  [['--contexts', 'a', ...OF_OTHERS], 'expected two or more'],
  [['--contexts', 'a,b', '--stack', 'dual', ...OF_OTHERS], '--contexts for clusters that are there'],
  [['--fast'], '--fast'],
])('%j is refused in words', (args, words) => {
  expect(() => parseOptions(args)).toThrow(words);
});
