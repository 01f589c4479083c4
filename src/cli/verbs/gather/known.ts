import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { deployments } from '#apis/kubernetes/deployment.ts';
import { secrets } from '#apis/kubernetes/secret.ts';
import { listAll } from '../../clusters/reading.ts';
import type { Target } from '../../clusters/targets.ts';
import { PROGRAMS } from '../../gathering/kinds.ts';
import { formsOf } from '../../gathering/redact.ts';

/** What a Secret holds beside its secrets: struck out, the names of all namespaces and authorities would be. */
const NO_SECRET = /^(namespace|username|.+\.crt)$/;
/** Helm's own, which hold the whole chart: longer than anything that would be found in a text. */
const OF_HELM = 'helm.sh/release.v1';

const CREDENTIALS = ['token', 'password', 'client-key-data', 'client-certificate-data'];

/**
 * Credentials that are known, so that they are struck out wherever they turn up: those of the kubeconfig, and what the
 * Secrets hold beside our programs. They are looked at for this alone, and only where these credentials may.
 */
export async function knownSecrets(target: Target): Promise<string[]> {
  const [own, beside] = await Promise.all([ofKubeconfig(target), besidePrograms(target).catch(() => [])]);
  return formsOf([...own, ...beside]);
}

async function ofKubeconfig({ kubeconfigPath }: Target): Promise<string[]> {
  const { users }: { users?: unknown } = Object(parse(await readFile(kubeconfigPath, 'utf8')));
  const values = (Array.isArray(users) ? users : []).flatMap((entry) => {
    const { user }: { user?: unknown } = Object(entry);
    return CREDENTIALS.map((key) => Object(user)[key]);
  });
  return values.filter((value): value is string => typeof value === 'string').flatMap(bothForms);
}

async function besidePrograms(target: Target): Promise<string[]> {
  const found = await listAll(target, deployments, { labelSelector: PROGRAMS });
  const places = new Set(found.map(({ metadata }) => metadata.namespace ?? ''));
  const lists = await Promise.all([...places].map((namespace) => listAll(target, secrets, { namespace })));
  return lists
    .flat()
    .filter(({ type }) => type !== OF_HELM)
    .flatMap(({ data = {} }) =>
      Object.entries(data).flatMap(([key, value]) => (NO_SECRET.test(key) ? [] : bothForms(value))),
    );
}

/** As it stands, and what it is base64 of. */
function bothForms(value: string): string[] {
  return [value, Buffer.from(value, 'base64').toString('utf8')];
}
