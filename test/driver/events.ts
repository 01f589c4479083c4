import type { KubeObject, Resource } from '#apis/meta.ts';
import { events, type IEvent } from '#src/runtime/event.ts';
import type { MemberCluster } from './cluster.ts';
import { eventually } from './eventually.ts';

/** What Tombolo has told on one object, oldest first: `Warning NoService: there is no Service prod/db`. */
export async function toldOn(
  member: MemberCluster,
  resource: Resource<KubeObject>,
  namespace: string,
  name: string,
): Promise<string[]> {
  const { items } = await member.client.list(events, { namespace });
  return items
    .filter(
      ({ regarding, reportingController }) =>
        regarding.kind === resource.kind &&
        regarding.name === name &&
        reportingController.startsWith('tombolo.dev/'),
    )
    .sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1))
    .map(({ type, reason, note }) => `${type} ${reason}: ${note}`);
}

/** Waits until an Event on the object begins with these words; returns all that was told on it by then. */
export async function awaitTold(
  member: MemberCluster,
  resource: Resource<KubeObject>,
  namespace: string,
  name: string,
  words: string,
): Promise<string[]> {
  return eventually(`${words} on ${resource.kind} ${namespace}/${name} in ${member.id}`, async () => {
    const told = await toldOn(member, resource, namespace, name);
    if (!told.some((line) => line.startsWith(words))) throw new Error(`told [${told}]`);
    return told;
  });
}

/** Events of one agent within a millisecond are told apart by the serial in their names. */
function timeOf({ eventTime, metadata }: IEvent): string {
  return `${eventTime} ${metadata.name}`;
}
