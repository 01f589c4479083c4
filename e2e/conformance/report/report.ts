import { z } from 'zod';
import type { Stack } from '#test/clusters/addresses.ts';
import { KEP_REVISION } from '../kep.ts';
import type { Outcome } from '../run.ts';
import type { Chapter } from '../spec.ts';

const result = z.union([z.enum(['passed', 'failed']), z.object({ skipped: z.string() })]);
const perStack = <T extends z.ZodType>(value: T) =>
  z.object({ ipv4: value.optional(), ipv6: value.optional(), dual: value.optional() });

/** What report.yaml holds. Nothing in it changes from run to run but what was measured. */
export const reportSchema = z.object({
  kep: z.object({ number: z.literal(1645), revision: z.string() }),
  implementation: z.object({ name: z.literal('Tombolo'), version: z.string() }),
  /** One per stack that the suite was run on. */
  runs: perStack(z.object({ members: z.number(), kubernetes: z.array(z.string()) })),
  chapters: z.array(
    z.object({
      title: z.string(),
      specs: z.array(
        z.object({
          id: z.string(),
          level: z.enum(['required', 'optional']),
          says: z.string(),
          kep: z.object({ heading: z.string(), words: z.string(), url: z.string() }),
          results: perStack(result),
        }),
      ),
    }),
  ),
});

export type Report = z.infer<typeof reportSchema>;
export type SpecReport = Report['chapters'][number]['specs'][number];
export type Result = z.infer<typeof result>;

/** One run: where, and what came out of it. */
export interface Run {
  stack: Stack;
  members: number;
  /** The versions of the members' API servers, each once. */
  kubernetes: readonly string[];
  version: string;
  outcomes: readonly Outcome[];
}

/**
 * The report after a run: results of that run for its stack, those of the report before for the other stacks, and no
 * spec that is no more.
 */
export function withRun(before: Report | undefined, chapters: readonly Chapter[], run: Run): Report {
  const known = new Map(
    before?.chapters.flatMap(({ specs }) => specs).map(({ id, results }) => [id, results] as const),
  );
  const outcomes = new Map(run.outcomes.map((outcome) => [outcome.id, outcome]));
  return {
    kep: { number: 1645, revision: KEP_REVISION },
    implementation: { name: 'Tombolo', version: run.version },
    runs: inOrder({
      ...before?.runs,
      [run.stack]: { members: run.members, kubernetes: [...run.kubernetes].sort() },
    }),
    chapters: chapters.map(({ title, specs }) => ({
      title,
      specs: specs.map(({ id, level, says, kep }) => {
        const outcome = outcomes.get(id);
        const results = { ...known.get(id), ...(outcome && { [run.stack]: resultOf(outcome) }) };
        return { id, level, says, kep, results: inOrder(results) };
      }),
    })),
  };
}

/** Why something failed is for whoever ran it: it names addresses and times. */
function resultOf(outcome: Outcome): Result {
  return outcome.state === 'skipped' ? { skipped: outcome.why } : outcome.state;
}

function inOrder<T>({ ipv4, ipv6, dual }: Partial<Record<Stack, T>>): Partial<Record<Stack, T>> {
  return { ...(ipv4 && { ipv4 }), ...(ipv6 && { ipv6 }), ...(dual && { dual }) };
}
