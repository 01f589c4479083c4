import { request } from 'node:https';
import { parse } from 'yaml';
import type { Cluster } from '#test/clusters/provider.ts';

interface Table {
  columnDefinitions: { name: string; type: string }[];
  rows: { cells: unknown[] }[];
}

/** An object's row as `kubectl get -o wide` shows it: its cells by column, ages left out. */
export async function printedRow(cluster: Cluster, path: string): Promise<Record<string, unknown>> {
  const { columnDefinitions, rows } = JSON.parse(await getTable(cluster, path)) as Table;
  const cells = columnDefinitions.map(({ name, type }, n) => ({ name, type, cell: rows[0]?.cells[n] }));
  return Object.fromEntries(
    cells.filter(({ type }) => type !== 'date').map(({ name, cell }) => [name, cell]),
  );
}

function getTable(cluster: Cluster, path: string): Promise<string> {
  const { cert, key } = clientCertificate(cluster.kubeconfig);
  const url = new URL(path, cluster.server);
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { ca: cluster.ca, cert, key, headers: { accept }, agent: false },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('error', reject);
        answer.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      },
    );
    outgoing.once('error', reject);
    outgoing.end();
  });
}

function clientCertificate(kubeconfig: string): { cert: Buffer; key: Buffer } {
  const { users } = parse(kubeconfig) as { users: { user: Record<string, string> }[] };
  const decode = (field: string) => Buffer.from(users[0]?.user[field] ?? '', 'base64');
  return { cert: decode('client-certificate-data'), key: decode('client-key-data') };
}
