import { describe, expect, it } from 'vitest';
import { headless, pod, slice } from '#test/driver/builders.ts';
import { useSet } from '#test/driver/use-set.ts';

describe('one Service travels', () => {
  const set = useSet();

  it('from one cluster to every cluster of the set, its own included', async () => {
    const zzzc = set().member('zzzc');
    await zzzc.service(headless('prod', 'db'));
    await zzzc.slice(slice('prod', 'db', 'a', [pod('db-0', '198.18.1.7'), pod('db-1', '198.18.1.8')]));
    await zzzc.exports('prod', 'db');
    for (const member of set().members) {
      const found = await member.awaitImport('prod', 'db');
      expect(found.spec.type).toBe('Headless');
      await member.awaitAddresses('prod', 'db', 'zzzc', ['198.18.1.7', '198.18.1.8']);
    }
    await zzzc.awaitCondition('prod', 'db', 'Ready', 'True', 'Exported');
    await zzzc.awaitCondition('prod', 'db', 'Valid', 'True');
    await set().settle('prod');
  });

  it('and goes from every cluster when it is unexported', async () => {
    await set().member('zzzc').unexports('prod', 'db');
    for (const member of set().members) {
      await member.awaitNoImport('prod', 'db');
      await member.awaitAddresses('prod', 'db', 'zzzc', []);
    }
  });
});
