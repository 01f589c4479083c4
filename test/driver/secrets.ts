import { parse } from 'yaml';

/** Tokens and private keys of a kubeconfig, as they are and as text: what no log may hold. */
export function secretsOf(kubeconfig: string): string[] {
  const { users = [] }: { users?: { user?: Record<string, string> }[] } = Object(parse(kubeconfig));
  return users.flatMap(({ user = {} }) => {
    const key = user['client-key-data'] ?? '';
    // Any line of it tells most of it.
    const [, line = ''] = Buffer.from(key, 'base64').toString().split('\n');
    return [user['token'] ?? '', key, line].filter((secret) => secret !== '');
  });
}
