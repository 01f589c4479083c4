import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { writeSharedKubeconfig } from '#test/clusters/describe.ts';
import { TOOLBOX } from '#test/clusters/node/toolbox.ts';
import { useSet } from '#test/driver/use-set.ts';

const SUITE = fileURLToPath(new URL('../../../e2e/conformance/main.ts', import.meta.url));

/** `npm run test:conformance` on clusters that it has not started, as somebody with a kubeconfig uses it. */
describe('the conformance suite on clusters that are there', () => {
  const set = useSet({
    members: ['zzzc', 'shbt'],
    each: { zzzc: { node: true }, shbt: { node: true } },
    namespaces: [],
  });
  let kubeconfig = '';
  beforeAll(async () => {
    const { clusters } = set();
    await Promise.all(clusters.members.map(({ node }) => node.loadToolbox([])));
    kubeconfig = writeSharedKubeconfig(clusters);
  });

  const suite = (only: string) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const given = ['--kubeconfig', kubeconfig, '--contexts', 'zzzc,shbt=shbt', '--image', TOOLBOX];
      execFile(process.execPath, [SUITE, ...given, '--only', only], (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });

  it('passes, skips what wants agents of its own, and leaves nothing in them', async () => {
    const { code, stdout, stderr } = await suite('unexport.');
    expect(stdout, stderr).toBe('5 passed, 0 failed, 0 skipped\n');
    expect(code).toBe(0);
    const skipped = await suite('membership.');
    expect(skipped).toMatchObject({ code: 0, stdout: '0 passed, 0 failed, 3 skipped\n' });
    for (const { client } of set().members) {
      const { items } = await client.list(namespaces);
      expect(items.filter(({ metadata }) => metadata.name.startsWith('conformance-'))).toEqual([]);
    }
  });

  it('fails by name where a requirement is not met', async () => {
    await set().stopAgent('shbt');
    const { code, stdout, stderr } = await suite('import.everywhere');
    expect(stderr).toContain('✗ import.everywhere');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '0 passed, 1 failed, 0 skipped\n' });
  });
});
