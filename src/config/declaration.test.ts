import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readDeclaration } from './declaration.ts';

const folder = mkdtempSync(join(tmpdir(), 'tombolo-declaration-'));
afterAll(() => rmSync(folder, { recursive: true }));

function declaration(text: string) {
  const path = join(folder, 'set.json');
  writeFileSync(path, text);
  return readDeclaration(path);
}

describe('a declaration', () => {
  it('says what the set is and who may join', () => {
    const { clusterSet, members } = declaration(
      '{"clusterSet": {"precedence": "HubTime"}, "members": {"zzzc": {"allowedNamespaces": ["prod"]}, "shbt": {}}}',
    );
    expect(clusterSet).toEqual({ precedence: 'HubTime' });
    expect([...members]).toEqual([
      ['zzzc', { allowedNamespaces: ['prod'] }],
      ['shbt', {}],
    ]);
  });

  it('may leave the ClusterSet, or members, to somebody else', () => {
    expect(declaration('{"members": {}}').clusterSet).toBeUndefined();
    expect(declaration('{"clusterSet": {}}').members.size).toBe(0);
  });

  it.each([
    ['no file', undefined, 'the declaration nowhere.json cannot be read: ENOENT'],
    ['no JSON', '{', 'set.json is not JSON'],
    ['another word', '{"member": {}}', 'set.json:  Unrecognized key: "member"'],
    ['no cluster id', '{"members": {"A": {}}}', 'set.json: members.A has upper-case letters; use a'],
    ['a list', '{"members": ["a"]}', 'set.json: members Invalid input: expected record, received array'],
  ])('that holds %s is one line that says so', (_what, text, line) => {
    expect(() => (text === undefined ? readDeclaration('nowhere.json') : declaration(text))).toThrow(line);
  });
});
