import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { IClusterSet } from '#apis/hub/cluster-set.ts';
import type { IMember } from '#apis/hub/member.ts';
import { ConfigError } from './error.ts';
import { clusterId } from './values.ts';

/** What a hub is to hold: the rules of the set, and who may join. */
export interface Declaration {
  /** Absent: somebody else writes the ClusterSet. */
  clusterSet: NonNullable<IClusterSet['spec']> | undefined;
  /** By cluster id. Members that are not named are somebody else's. */
  members: ReadonlyMap<string, NonNullable<IMember['spec']>>;
}

// What is in a spec is the API server's to check.
const spec = z.looseObject({});
const schema = z.strictObject({
  clusterSet: spec.optional(),
  members: z.record(clusterId, spec).optional(),
});

/** Reads a declaration, which is JSON. Throws a ConfigError that names the file and what is wrong in it. */
export function readDeclaration(path: string): Declaration {
  const parsed = schema.safeParse(parse(path));
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => `${path}: ${issue.path.join('.')} ${messageOf(issue)}`),
    );
  }
  const { clusterSet, members } = parsed.data;
  return {
    clusterSet,
    members: new Map(Object.entries(members ?? {})),
  };
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new ConfigError(
      [`the declaration ${path} ${why}: ${cause instanceof Error ? cause.message : ''}`],
      {
        cause,
      },
    );
  }
}

/** What is wrong with a key stands one level deeper. */
function messageOf(issue: z.core.$ZodIssue): string {
  return (issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined) ?? issue.message;
}
