import { KubeconfigError, loadKubeconfig } from '#src/kube/kubeconfig.ts';

/** One context, found in a file. */
export interface FoundContext {
  /** Its name. */
  context: string;
  path: string;
  /** The namespace that the context names, else `default`, as kubectl has it. */
  namespace: string;
}

/**
 * Finds a context, the current one where none is asked for, in the first file that has it. Unlike kubectl it does
 * not join one file's context with another one's cluster. Throws a KubeconfigError that says of each file why not.
 */
export function findContext(files: readonly string[], context: string | undefined): FoundContext {
  const problems: string[] = [];
  for (const path of files) {
    try {
      const { config } = loadKubeconfig({ path }, context);
      const name = config.getCurrentContext();
      return { context: name, path, namespace: config.getContextObject(name)?.namespace ?? 'default' };
    } catch (error) {
      if (!(error instanceof KubeconfigError)) throw error;
      problems.push(error.message);
    }
  }
  throw new KubeconfigError(problems.join('; '));
}
