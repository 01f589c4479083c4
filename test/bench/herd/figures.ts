import type { Chapter, Figure } from '../report/chapter.ts';
import { renderChapter } from '../report/text.ts';
import type { Herding } from './requests.ts';

/** How the hub was lost: every connection was broken, or its API server restarted, which forgets what it has sent. */
export type Loss = 'cut' | 'restart';

/** What happened when all agents had lost the hub at once. */
export interface Stampede extends Herding {
  agents: number;
  loss: Loss;
  /** From the loss, or from the moment when the server was ready again, until the last watch began. */
  resumedMs: number;
  /** Watches that agents had open on the hub after it. */
  openWatches: number;
}

/** What `--json` prints. */
export interface HerdFigures {
  /** Kinds that each agent watches on the hub. */
  kinds: number;
  /** Slices on the hub, as records of members that publish. */
  slices: number;
  stampedes: Stampede[];
}

/** How many of N agents may be answered a list at one time. */
const MOST_AT_ONCE = 0.1;

/** The figures as a person reads them. */
export function renderHerd(found: HerdFigures): string {
  return renderChapter(herdChapter(found));
}

/** B9: all agents lose the hub at once. */
export function herdChapter({ kinds, slices, stampedes }: HerdFigures): Chapter {
  const sizes = [...new Set(stampedes.map(({ agents }) => agents))];
  const figures = sizes.flatMap((agents) => {
    const of = (loss: Loss) => stampedes.filter((one) => one.agents === agents && one.loss === loss);
    return [...afterCut(agents, of('cut')), ...afterRestart(agents, kinds, of('restart'))];
  });
  const perMember = stampedes.map(({ agents, openWatches }) => openWatches / agents);
  return {
    id: 'B9',
    name: 'herd',
    title: 'Every agent loses the hub at once',
    conditions: [
      `${slices} slices on the hub, whose members exist only as what they publish; ${sizes.join(', then ')} agents that watch it.`,
      'Real: the hub, its controller and all agents, each with its own credentials and connections. The agents share one cluster, in which nothing is imported since the namespace is not there, and run 25 in a process.',
      `Each loss ${stampedes.filter(({ agents, loss }) => agents === sizes[0] && loss === 'cut').length} times; the figure is the worst.`,
    ],
    figures: [
      ...figures,
      {
        what: 'watches on the hub for each member, whatever their number',
        measured: range(perMember),
        target: String(kinds),
        met: perMember.every((open) => open === kinds),
      },
    ],
    plots: [
      {
        kind: 'bars',
        y: 'lists answered at one time after a restart of the hub',
        bars: sizes.map((agents) => ({
          name: `${agents} agents`,
          value: most(stampedes, agents, 'restart'),
          limit: MOST_AT_ONCE * agents,
        })),
      },
    ],
  };
}

function afterCut(agents: number, cuts: readonly Stampede[]): Figure[] {
  if (cuts.length === 0) return [];
  const lists = cuts.map((one) => one.lists);
  return [
    {
      what: `${agents} agents, every connection cut: lists`,
      measured: range(lists),
      target: '0',
      met: lists.every((n) => n === 0),
    },
    {
      what: `${agents} agents, every connection cut: questions who the hub is, for each agent`,
      measured: range(cuts.map(({ questions }) => questions / agents)),
    },
    resumed(`${agents} agents, every connection cut`, cuts),
  ];
}

function afterRestart(agents: number, kinds: number, restarts: readonly Stampede[]): Figure[] {
  if (restarts.length === 0) return [];
  const lists = restarts.map((one) => one.lists);
  const atOnce = Math.max(...restarts.map(({ mostListsAtOnce }) => mostListsAtOnce));
  const limit = Math.round(10 * MOST_AT_ONCE * agents) / 10;
  return [
    {
      what: `${agents} agents, the hub's API server restarted: lists`,
      measured: range(lists),
      target: String(agents * kinds),
      met: lists.every((n) => n === agents * kinds),
    },
    {
      what: `${agents} agents, the hub's API server restarted: lists at one time`,
      measured: String(atOnce),
      target: `≤ ${limit}`,
      met: atOnce <= limit,
    },
    resumed(`${agents} agents, the hub's API server restarted`, restarts),
  ];
}

function resumed(what: string, of: readonly Stampede[]): Figure {
  const seconds = Math.max(...of.map(({ resumedMs }) => resumedMs)) / 1_000;
  return { what: `${what}: all watch again after, here`, measured: `${seconds.toFixed(1)} s` };
}

function most(stampedes: readonly Stampede[], agents: number, loss: Loss): number {
  const of = stampedes.filter((one) => one.agents === agents && one.loss === loss);
  return Math.max(0, ...of.map(({ mostListsAtOnce }) => mostListsAtOnce));
}

/** `5`, or `5.00-5.20` where they differ. */
function range(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const shown = (value: number) => (Number.isInteger(value) ? String(value) : value.toFixed(2));
  return low === high ? shown(low) : `${shown(low)}-${shown(high)}`;
}
