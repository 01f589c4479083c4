import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** The contexts of these kubeconfigs, for completion: a file that cannot be read has none. */
export function contextNames(files: readonly string[]): string[] {
  return files.flatMap((path) => {
    try {
      const document: unknown = parse(readFileSync(path, 'utf8'));
      const { contexts }: { contexts?: unknown } = Object(document);
      const named = Array.isArray(contexts) ? contexts.map((entry) => Object(entry).name) : [];
      return named.filter((name): name is string => typeof name === 'string');
    } catch {
      return [];
    }
  });
}
