import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MODULES, requiredVersion } from './modules.ts';

describe('requiredVersion', () => {
  it('finds a module in a require line of its own and in a block', () => {
    expect(requiredVersion('require a.b/c v1.2.3\n', 'a.b/c')).toBe('v1.2.3');
    expect(requiredVersion('require (\n\ta.b/c/d v0.0.1\n\ta.b/c v1.2.3 // indirect\n)\n', 'a.b/c')).toBe(
      'v1.2.3',
    );
  });

  it('does not take a replacement for a requirement', () => {
    expect(() => requiredVersion('replace a.b/c => a.b/c v1.2.3\n', 'a.b/c')).toThrow('requires no a.b/c');
  });

  it.each(Object.values(MODULES))(
    'finds the version of $name, whose tools.go names every program',
    (module) => {
      const file = (name: string) =>
        readFileSync(join(import.meta.dirname, '..', 'go', module.name, name), 'utf8');
      expect(requiredVersion(file('go.mod'), module.versionOf)).toMatch(/^v\d+\.\d+\.\d+$/);
      for (const path of Object.values(module.programs)) expect(file('tools.go')).toContain(`_ "${path}"`);
    },
  );
});

describe('MODULES', () => {
  it('stamps Kubernetes with its version, or clients take it for v0.0.0', () => {
    const flags = MODULES.kubernetes.ldflags('v1.34.4');
    expect(flags).toContain('-X k8s.io/component-base/version.gitVersion=v1.34.4');
    expect(flags).toContain('-X k8s.io/component-base/version.gitMinor=34');
  });
});
