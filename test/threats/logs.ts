import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { secretsOf } from '#test/driver/secrets.ts';
import type { Scene } from './scene.ts';

/** The last chapter: after all that was done before. */
export function logs(scene: () => Scene): void {
  it('T21 no log holds a token or a key, at level debug and after all of this', () => {
    const { set, evil, zzzc, secrets } = scene();
    const files = set.members.flatMap(({ id }) => Object.values(set.files(id)));
    const texts = [...files, set.hubKubeconfig].map((path) => readFileSync(path, 'utf8'));
    const admins = [set.clusters.hub, ...set.clusters.members].map(({ kubeconfig }) => kubeconfig);
    const stolen = [evil, zzzc].map(({ access: { credentials } }) =>
      'token' in credentials ? credentials.token : '',
    );
    const all = [...secrets, ...stolen, ...[...texts, ...admins].flatMap(secretsOf)].filter(
      (one) => one !== '',
    );
    expect(new Set(all).size).toBeGreaterThan(8);
    const lines = [...set.agents.values()].flatMap(({ log }) => log.map((line) => JSON.stringify(line)));
    expect(lines.length).toBeGreaterThan(500);
    const found = lines.filter((line) => all.some((secret) => line.includes(secret)));
    expect(found).toEqual([]);
  });
}
