import { apiVersionOf, type KubeObject, type Resource } from '#apis/meta.ts';
import type { Writer } from '#src/cache/contract.ts';
import { keyOf } from '#src/cache/lister.ts';
import type { KubeClient } from '#src/kube/client.ts';
import type { Logger } from '#src/observability/logger.ts';
import type { Clock } from '#src/runtime/clock.ts';
import { NotYet } from '#src/runtime/controller.ts';
import type { EventNote, EventRecorder } from '#src/runtime/events.ts';
import { lastRival } from './managers.ts';
import { Rivalry } from './rivalry.ts';
import { wantedDigest } from './wanted.ts';

export interface ContestedDeps {
  /** Asked for an object that is fought over, to tell who does it. */
  client: Pick<KubeClient, 'get'>;
  clock: Pick<Clock, 'monotonic'>;
  events: EventRecorder;
  log: Logger;
}

type Part = 'object' | 'status';

/**
 * The same writer, which does not put an object back without end that somebody else rewrites without end: see Rivalry.
 * A write that has to wait is a NotYet, and said once a wait in a Warning on the object's owner, or on itself.
 */
export function contestedWriter<T extends KubeObject>(
  writer: Writer<T>,
  resource: Resource<T>,
  deps: ContestedDeps,
): Writer<T> {
  const rivalry = new Rivalry();
  /** Whose present wait has been told. */
  const told = new Set<string>();
  const guarded = async (object: T, part: Part, write: () => Promise<void>, signal?: AbortSignal) => {
    const key = `${part} ${keyOf(object)}`;
    const wanted = wantedDigest(object, part);
    const wait = rivalry.wait(key, wanted, deps.clock.monotonic());
    if (wait > 0) {
      if (!told.has(key)) {
        told.add(key);
        await tell(deps, resource, object, signal);
      }
      throw new NotYet(`somebody else rewrites ${resource.kind} ${keyOf(object)} all the time`, wait);
    }
    await write();
    told.delete(key);
    rivalry.wrote(key, wanted, deps.clock.monotonic());
  };
  return {
    create: (object, options) =>
      guarded(object, 'object', () => writer.create(object, options), options?.signal),
    update: (object, options) =>
      guarded(object, 'object', () => writer.update(object, options), options?.signal),
    updateStatus: (object, options) =>
      guarded(object, 'status', () => writer.updateStatus(object, options), options?.signal),
    async delete(object, options) {
      await writer.delete(object, options);
      for (const part of ['object', 'status']) {
        rivalry.forget(`${part} ${keyOf(object)}`);
        told.delete(`${part} ${keyOf(object)}`);
      }
    },
  };
}

async function tell<T extends KubeObject>(
  { client, events, log }: ContestedDeps,
  resource: Resource<T>,
  object: T,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { namespace, name } = object.metadata;
  // Caches keep no field managers. Where it cannot be read, its rival has no name.
  const current = await client
    .get(resource, { namespace, name }, signal === undefined ? {} : { signal })
    .catch(() => undefined);
  const rival = current && lastRival(current);
  log.warn(
    { kind: resource.kind, namespace, name, rival },
    'somebody else rewrites an object of ours all the time',
  );
  events.record(contested(resource, object, rival));
}

/** Somebody else undoes all the time what is written. */
function contested<T extends KubeObject>(
  resource: Resource<T>,
  object: T,
  rival: string | undefined,
): EventNote {
  const { kind } = resource;
  const { namespace = '', name, ownerReferences = [] } = object.metadata;
  const owner = ownerReferences.find(({ controller }) => controller === true);
  const itself = { ...object, apiVersion: apiVersionOf(resource), kind };
  const about =
    owner === undefined
      ? itself
      : {
          apiVersion: owner.apiVersion,
          kind: owner.kind,
          metadata: { namespace, name: owner.name, uid: owner.uid },
        };
  const who = rival === undefined ? "Somebody whom the API server's audit log names" : `"${rival}"`;
  return {
    about,
    type: 'Warning',
    reason: 'Contested',
    message: `${who} rewrites ${kind} ${name} each time Tombolo has put it back, which it does ever more rarely now, down to once a minute. Have it leave this object alone`,
  };
}
