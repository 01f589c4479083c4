import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The kubeconfig files that kubectl would read: the flag's, else those of KUBECONFIG, else `~/.kube/config`. */
export function kubeconfigFiles(flag: string | undefined, variable: string | undefined): string[] {
  if (flag !== undefined) return [flag];
  const named = (variable ?? '').split(delimiter).filter((path) => path !== '');
  return named.length > 0 ? named : [join(homedir(), '.kube', 'config')];
}
