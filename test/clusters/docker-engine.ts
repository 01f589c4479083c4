import { existsSync } from 'node:fs';
import { type RequestOptions, request } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';

const TIMEOUT_MS = 1_000;

/** Whether a Docker engine answers. Costs a look at the file system where there is none. */
export async function dockerIsRunning(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<boolean> {
  for (const address of addresses(env)) if (await ping(address)) return true;
  return false;
}

function addresses(env: Readonly<Record<string, string | undefined>>): RequestOptions[] {
  const host = env['DOCKER_HOST'];
  if (host !== undefined && host !== '') {
    const url = new URL(host);
    return [
      url.protocol === 'unix:'
        ? { socketPath: url.pathname }
        : { host: url.hostname, port: url.port || 2375 },
    ];
  }
  return ['/var/run/docker.sock', join(homedir(), '.docker', 'run', 'docker.sock')]
    .filter((path) => existsSync(path))
    .map((socketPath) => ({ socketPath }));
}

function ping(address: RequestOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const outgoing = request({ ...address, path: '/_ping', timeout: TIMEOUT_MS }, (incoming) => {
      incoming.resume();
      resolve(incoming.statusCode === 200);
    });
    outgoing.once('timeout', () => outgoing.destroy());
    outgoing.once('error', () => resolve(false));
    outgoing.once('close', () => resolve(false));
    outgoing.end();
  });
}
