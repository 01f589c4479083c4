import { dockerIsRunning } from './docker-engine.ts';
import type { ClusterProvider, ProviderName } from './provider.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The first way to get clusters that this machine offers: TEST_KUBECONFIGS, KUBEBUILDER_ASSETS, a running
 * Docker engine, Go. TEST_CLUSTER_PROVIDER=existing|envtest|docker|go settles it otherwise.
 */
export async function chooseProvider(env: Environment = process.env): Promise<ClusterProvider> {
  const name = await chooseName(env);
  // Loaded one by one: each drags in what only it needs.
  switch (name) {
    case 'existing':
      return new (await import('./existing.ts')).ExistingProvider(listOf(env['TEST_KUBECONFIGS']));
    case 'envtest':
      return new (await import('./envtest.ts')).EnvtestProvider(env['KUBEBUILDER_ASSETS'] ?? '');
    case 'docker':
      return new (await import('./docker.ts')).DockerProvider();
    case 'go':
      return new (await import('./go.ts')).GoProvider();
  }
}

/** Which provider it is, without loading it. @throws when TEST_CLUSTER_PROVIDER names none. */
export async function chooseName(
  env: Environment,
  engine: (env: Environment) => Promise<boolean> = dockerIsRunning,
): Promise<ProviderName> {
  const forced = env['TEST_CLUSTER_PROVIDER'];
  if (forced) return providerNamed(forced);
  if (listOf(env['TEST_KUBECONFIGS']).length > 0) return 'existing';
  if (env['KUBEBUILDER_ASSETS']) return 'envtest';
  return (await engine(env)) ? 'docker' : 'go';
}

function providerNamed(name: string): ProviderName {
  switch (name) {
    case 'existing':
    case 'envtest':
    case 'docker':
    case 'go':
      return name;
    default:
      throw new Error(`TEST_CLUSTER_PROVIDER=${name}: expected existing, envtest, docker or go`);
  }
}

function listOf(text: string | undefined): string[] {
  return (text ?? '').split(',').filter((entry) => entry !== '');
}
