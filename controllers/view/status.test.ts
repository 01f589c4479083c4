import { describe, expect, it, test } from 'vitest';
import { SOURCES_ANNOTATION } from '#apis/labels.ts';
import type { ExportRow } from './exports.ts';
import type { ImportRow } from './imports.ts';
import { describeProblem, exportProblems, importProblems, memberProblems } from './problems.ts';
import type { Said } from './said.ts';
import { clusterStatus, ownClusterId } from './status.ts';

const fine: Said = { status: 'True', reason: 'Ready', message: 'fine' };
const agreed: Said = { status: 'False', reason: 'NoConflicts', message: 'All exporters agree.' };
const unsaid: Said = { status: 'Unknown', reason: '', message: '' };
const none = { ready: 0, total: 0 };
const next = { program: 'tombolo', clusters: ' --context zzzc', kubeconfig: '' };

function exported(says: Partial<ExportRow> = {}): ExportRow {
  const names = { namespace: 'prod', name: 'db', created: undefined };
  return { ...names, valid: fine, ready: fine, conflict: agreed, clusters: [], endpoints: none, ...says };
}
function imported(says: Partial<ImportRow> = {}): ImportRow {
  const names = { namespace: 'prod', name: 'db', created: undefined };
  const spec = { type: 'Headless' as const, ips: [], ports: [], clusters: [] };
  return { ...names, ...spec, ready: fine, endpoints: { ready: 1, total: 2 }, ...says };
}

describe('problems', () => {
  it('are none where all conditions are as they should be', () => {
    expect(exportProblems('zzzc', [exported()], next)).toEqual([]);
    expect(importProblems('zzzc', [imported()], next)).toEqual([]);
  });

  it('lead to the export where exporters disagree', () => {
    const conflict: Said = { status: 'True', reason: 'PortConflict', message: 'ports differ' };
    const [problem] = exportProblems('zzzc', [exported({ conflict })], next);
    expect(problem && describeProblem(problem)).toBe(
      'zzzc: export prod/db: PortConflict: ports differ (TB033)\n' +
        '  run: tombolo get exports db -n prod -o wide --context zzzc\n',
    );
  });

  it('lead to the Service where that is the cause', () => {
    const valid: Said = { status: 'False', reason: 'NoService', message: 'there is no Service prod/db' };
    const [problem] = exportProblems('zzzc', [exported({ valid, ready: unsaid })], next);
    expect(problem).toMatchObject({
      id: 'TB031',
      reason: 'NoService',
      next: expect.stringMatching(/^kubectl --context zzzc/),
    });
  });

  it('are also what no agent has judged', () => {
    const rows = [exported({ valid: unsaid, ready: unsaid, conflict: unsaid })];
    expect(exportProblems('zzzc', rows, next)).toMatchObject([{ id: 'TB032', reason: 'NotStated' }]);
    expect(importProblems('zzzc', [imported({ ready: unsaid })], next)).toMatchObject([
      { id: 'TB040', about: 'import prod/db' },
    ]);
  });

  it('of members are those whose claim or Lease is not well', () => {
    const row = { name: 'zzzc', claimed: fine, reachable: unsaid, removed: false, created: undefined };
    const silent: Said = { status: 'False', reason: 'LeaseNotRenewed', message: 'silent' };
    expect(memberProblems('hub', [row], next)).toEqual([]);
    expect(memberProblems('hub', [{ ...row, reachable: silent }], next)).toMatchObject([
      { context: 'hub', about: 'member zzzc', id: 'TB022', reason: 'LeaseNotRenewed' },
    ]);
  });
});

test('the line of a cluster counts what is well of all that there is', () => {
  const content = {
    exports: [exported(), exported({ ready: unsaid })],
    imports: [imported(), imported()],
    cluster: 'zzzc',
    member: undefined,
  };
  expect(clusterStatus('west', content)).toEqual({
    context: 'west',
    cluster: 'zzzc',
    reachable: true,
    exports: { ready: 1, total: 2 },
    imports: { ready: 2, total: 2 },
    endpoints: { ready: 2, total: 4 },
  });
  expect(clusterStatus('west', undefined)).toEqual({ context: 'west', reachable: false });
});

test('a cluster knows its id by what it imports of its own', () => {
  const identity = { metadata: { name: 'kube-system', uid: 'uid-1' } };
  const sources = JSON.stringify({
    shbt: { uid: 'uid-2', sequence: 1, inventory: 1 },
    zzzc: { uid: 'uid-1', sequence: 1, inventory: 1 },
  });
  const object = {
    metadata: { name: 'db', annotations: { [SOURCES_ANNOTATION]: sources } },
    spec: { type: 'Headless' as const, ports: [] },
  };
  expect(ownClusterId(identity, [object])).toBe('zzzc');
  expect(ownClusterId(identity, [])).toBeUndefined();
  expect(ownClusterId(undefined, [object])).toBeUndefined();
});
