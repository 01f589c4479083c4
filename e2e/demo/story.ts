import type { Progress } from '#test/clusters/progress.ts';
import { type Expectation, type PodAddresses, podName } from './expectations.ts';
import { askUntilRight } from './questions.ts';
import type { Rig } from './rig.ts';
import type { Scene } from './scene.ts';
import { type Answer, isRight } from './table.ts';
import { DATABASE, databaseAddresses, NAMESPACE, WEB, webClusterIp } from './workload.ts';

/** One step of the story, with the time that mattered in it. */
export interface Step {
  name: string;
  ok: boolean;
  ms: number;
  /** Every question of this step with its last answer. */
  answers: Answer[];
}

/** Pods of the database in each data centre, and of the stateless Service. */
const REPLICAS = { zzzc: 2, shbt: 1, bjpdc: 1 } as const;
const DEADLINE_MS = 30_000;

/** Tells the story of the three data centres on a rig that runs. Throws only where a step cannot be tried at all. */
export async function tellStory(rig: Rig, scene: Scene, progress: Progress): Promise<Step[]> {
  const steps: Step[] = [];
  const seen = new Map<string, PodAddresses>();
  let web = new Map<string, string>();

  const expectations = () => scene.expects({ seen, web });
  const everywhere = (pods: PodAddresses) => {
    for (const { id } of rig.members) seen.set(id, pods);
  };
  const check = async (name: string, wanted: readonly Expectation[] = expectations()) => {
    const { answers, ms } = await askUntilRight(() => scene.ask(wanted), DEADLINE_MS);
    const ok = answers.length > 0 && answers.every(isRight);
    steps.push({ name, ok, ms: Math.round(ms), answers });
    progress.note(`  ${ok ? '✓' : '✗'} ${name}: ${answers.length} answers, ${Math.round(ms)} ms`);
  };

  await progress.during(
    'create db and web in three data centres and export them',
    { usualMs: 6_000 },
    async () => {
      await Promise.all(
        Object.entries(REPLICAS).map(([id, replicas]) => scene.create(rig.member(id), replicas)),
      );
      await Promise.all(
        rig.members.flatMap((member) => [
          member.exports(NAMESPACE, DATABASE),
          member.exports(NAMESPACE, WEB),
        ]),
      );
      web = new Map(
        await Promise.all(
          rig.members.map(async (member) => [member.id, await webClusterIp(member)] as const),
        ),
      );
    },
  );
  everywhere(await allAddresses(rig));
  await check('every pod is reached by its name from every data centre');

  await progress.during('replace db-0 in shbt by a pod with another address', {}, () =>
    scene.replace(rig.member('shbt'), 'db-0'),
  );
  everywhere(await allAddresses(rig));
  await check('the new address of db-0.shbt is answered everywhere');

  await progress.during("stop the hub's API server", {}, () => rig.clusters.hub.apiServer.stop());
  await progress.during('replace db-1 in zzzc meanwhile', {}, () =>
    scene.replace(rig.member('zzzc'), 'db-1'),
  );
  seen.set('zzzc', await allAddresses(rig));
  await check('without the hub zzzc answers its own new address, and nothing disappears anywhere');

  await progress.during("start the hub's API server again", { usualMs: 4_000 }, () =>
    rig.clusters.hub.apiServer.start(),
  );
  everywhere(await allAddresses(rig));
  await check('with the hub back all data centres follow');

  const left = new Map(await allAddresses(rig));
  const gone = [...(left.get('bjpdc')?.keys() ?? [])];
  left.delete('bjpdc');
  await rig.member('bjpdc').unexports(NAMESPACE, DATABASE);
  everywhere(left);
  const absent = gone.map(
    (pod): Expectation => ({ name: podName(pod, 'bjpdc', DATABASE, NAMESPACE), type: 'A', want: [] }),
  );
  await check('bjpdc unexports: its names go everywhere, and only they', [...expectations(), ...absent]);
  return steps;
}

async function allAddresses(rig: Rig): Promise<Map<string, ReadonlyMap<string, string>>> {
  return new Map(
    await Promise.all(
      rig.members.map(async (member) => [member.id, await databaseAddresses(member)] as const),
    ),
  );
}
