import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { AdminClient } from './admin.ts';
import { until } from './machine/until.ts';

interface Manifest {
  kind?: string;
  metadata?: { name?: string };
}

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/**
 * Applies every CustomResourceDefinition found in the files or folders (every *.yaml below) and waits
 * until the server serves them all.
 */
export async function installCrds(admin: AdminClient, paths: readonly string[]): Promise<void> {
  const crds = paths.flatMap(filesOf).flatMap(readCrds);
  await Promise.all(crds.map(({ name, manifest }) => admin.apply(`${CRDS}/${name}`, manifest)));
  await Promise.all(
    crds.map(({ name }) =>
      until(`CRD ${name} is served`, async () => isServed(await admin.get(`${CRDS}/${name}`))),
    ),
  );
}

/** Whether the kind that CoreDNS serves clusterset.local from is among the files or folders. */
export function definesServiceImports(paths: readonly string[]): boolean {
  return paths
    .flatMap(filesOf)
    .flatMap(readCrds)
    .some(({ name }) => name === 'serviceimports.multicluster.x-k8s.io');
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(path, name));
}

function readCrds(file: string): { name: string; manifest: Manifest }[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).flatMap((document) => {
    const manifest = document.toJS() as Manifest | null;
    const name = manifest?.metadata?.name;
    return manifest?.kind === 'CustomResourceDefinition' && name !== undefined ? [{ name, manifest }] : [];
  });
}

function isServed(crd: unknown): boolean {
  const { status } = crd as { status?: { conditions?: { type: string; status: string }[] } };
  return status?.conditions?.some((c) => c.type === 'Established' && c.status === 'True') ?? false;
}
