import { describe, expect, test } from 'vitest';
import {
  CLUSTER_ID_PROPERTY,
  CLUSTER_SET_PROPERTY,
  type IClusterProperty,
} from '#apis/kubernetes/cluster-property.ts';
import { MANAGED_BY, MANAGED_BY_LABEL } from '#apis/labels.ts';
import { KubeApiError, TransportError } from '#src/kube/errors.ts';
import { SteppedClock } from '#test/clock/stepped-clock.ts';
import { RecordingLog } from '#test/runtime/recording-log.ts';
import { newPropertyController, PropertyBoard } from './property-controller.ts';

const ATTEMPT = { cluster: 'local', verb: 'create', target: 'clusterproperties' };
const DENIED = new KubeApiError(ATTEMPT, { code: 403, reason: 'Forbidden', message: 'needs label x' });
const INVALID = new KubeApiError(ATTEMPT, { code: 422, reason: 'Invalid', message: 'no such value' });
const CONFLICT = new KubeApiError(ATTEMPT, { code: 409, reason: 'AlreadyExists', message: 'it is there' });
const WEBHOOK = new KubeApiError(ATTEMPT, { code: 500, reason: 'InternalError', message: 'calling webhook' });
const SILENT = new TransportError(ATTEMPT, 'timeout', 'no answer');
const ABSENT = new KubeApiError(ATTEMPT, {
  code: 404,
  reason: 'NotFound',
  message: 'not found',
  details: { name: 'x' },
});
const LOOK = { requeueAfter: 300_000 };

/** One cluster that has the kind, and the loop that looks at its properties. */
function cluster({ hubReadable = true } = {}) {
  const clock = new SteppedClock();
  const log = new RecordingLog();
  const board = new PropertyBoard();
  const world = {
    held: new Map<string, IClusterProperty>(),
    /** What reads and writes meet instead of success. */
    reading: undefined as Error | undefined,
    writing: undefined as Error | undefined,
    hubReadable,
    turns: 0,
  };
  const write = async (object: { metadata: { name: string } }) => {
    if (world.writing !== undefined) throw world.writing;
    world.held.set(object.metadata.name, Object(object));
    return { name: object.metadata.name };
  };
  const controller = newPropertyController({
    local: {
      request: async () => ({ preferredVersion: { version: 'v1beta1' } }),
      get: async (_resource, { name }) => {
        if (world.reading !== undefined) throw world.reading;
        const found = world.held.get(name);
        if (found === undefined) throw ABSENT;
        return Object(found);
      },
      create: (_resource, object) => write(object),
      update: (_resource, object) => write(object),
    },
    hub: {
      get readable() {
        return world.hubReadable;
      },
      turn: () => void world.turns++,
      onTurn: () => {},
    },
    cluster: 'zzzc',
    clusterSet: () => 'set-1',
    board,
  });
  const look = (name = CLUSTER_ID_PROPERTY) =>
    controller.reconcile(name, { signal: new AbortController().signal, log, clock });
  /** What another writer says. */
  const says = (name: string, value: string) => world.held.set(name, { metadata: { name }, spec: { value } });
  return { clock, log, board, world, look, says };
}

describe('a property that cannot be written', () => {
  test.each([
    ['an admission policy', DENIED],
    ['validation', INVALID],
  ])(
    'is no obstacle: a refusal by %s is told once, and tried again at the next look',
    async (_by, refusal) => {
      const { clock, log, board, world, look } = cluster();
      world.writing = refusal;
      expect(await look()).toEqual(LOOK);
      expect(board.obstacle).toBeUndefined();
      expect(world.turns).toBe(1);
      await clock.step(300_000);
      expect(await look()).toEqual(LOOK);
      const said = log.alarms;
      expect(said).toMatchObject([
        { fields: { property: CLUSTER_ID_PROPERTY, refusal: expect.stringContaining(refusal.message) } },
      ]);
      expect(board.obstacle).toBeUndefined();

      world.writing = undefined;
      await clock.step(300_000);
      await look();
      expect(world.held.get(CLUSTER_ID_PROPERTY)?.spec.value).toBe('zzzc');
      expect(world.turns).toBe(1);
    },
  );

  test.each([
    ['a lost race', CONFLICT],
    ['a webhook that is away', WEBHOOK],
    ['no answer', SILENT],
  ])('is tried again soon after %s, and is no obstacle meanwhile', async (_name, error) => {
    const { board, world, look } = cluster();
    world.writing = error;
    await expect(look()).rejects.toBe(error);
    expect(board.obstacle).toBeUndefined();
    world.writing = undefined;
    expect(await look()).toEqual(LOOK);
    expect(world.held.has(CLUSTER_ID_PROPERTY)).toBe(true);
    expect(world.turns).toBe(1);
  });

  test('that another writer made in between is the obstacle that it says', async () => {
    const { board, world, look, says } = cluster();
    world.writing = CONFLICT;
    await expect(look()).rejects.toBe(CONFLICT);
    says(CLUSTER_ID_PROPERTY, 'bjpdc');
    await look();
    expect(board.obstacle).toMatchObject({ is: 'disagreement', why: expect.stringContaining('"bjpdc"') });
  });

  test('of our own, which the settings have left behind, is no obstacle either', async () => {
    const { board, world, look } = cluster();
    world.held.set(CLUSTER_ID_PROPERTY, {
      metadata: { name: CLUSTER_ID_PROPERTY, labels: { [MANAGED_BY_LABEL]: MANAGED_BY } },
      spec: { value: 'old' },
    });
    world.writing = DENIED;
    expect(await look()).toEqual(LOOK);
    expect(board.obstacle).toBeUndefined();
  });
});

describe('a property that is edited while everything runs', () => {
  test.each([CLUSTER_ID_PROPERTY, CLUSTER_SET_PROPERTY])(
    '%s has everything looked at again, when it disagrees and when it agrees once more',
    async (name) => {
      const { clock, board, world, look, says } = cluster();
      await look();
      await look(name);
      expect(world.turns).toBe(1);
      const agreed = world.held.get(name)?.spec.value ?? '';
      says(name, 'other');
      await clock.step(300_000);
      await look(name);
      expect(board.obstacle).toMatchObject({ is: 'disagreement', why: expect.stringContaining('"other"') });
      expect(world.turns).toBe(2);
      await clock.step(300_000);
      await look(name);
      expect(world.turns).toBe(2);
      says(name, agreed);
      await clock.step(300_000);
      await look(name);
      expect(board.obstacle).toBeUndefined();
      expect(world.turns).toBe(3);
    },
  );

  test('turns no hub that is not read yet: it turns when it is', async () => {
    const { board, world, look } = cluster({ hubReadable: false });
    await look();
    expect(board.obstacle).toBeUndefined();
    expect(world.turns).toBe(0);
  });
});

describe('a property that cannot be read', () => {
  test('leaves everything as it was for a minute, and is an obstacle that is told from then on', async () => {
    const { clock, board, world, look } = cluster();
    world.reading = WEBHOOK;
    await expect(look()).rejects.toBe(WEBHOOK);
    expect(board.obstacle?.is).toBe('unread');
    await clock.step(60_000);
    await expect(look()).rejects.toBe(WEBHOOK);
    await expect(look()).rejects.toBe(WEBHOOK);
    expect(board.obstacle?.is).toBe('unreadable');
    expect(world.turns).toBe(1);
    world.reading = undefined;
    await look();
    expect(board.obstacle).toBeUndefined();
    expect(world.turns).toBe(2);
  });

  test('is waited for where nobody answers, and changes nothing once it has been read', async () => {
    const { clock, board, world, look } = cluster();
    world.reading = SILENT;
    await expect(look()).rejects.toBe(SILENT);
    await clock.step(60_000);
    await expect(look()).rejects.toBe(SILENT);
    expect(board.obstacle?.is).toBe('unread');
    world.reading = undefined;
    await look();
    await clock.step(300_000);
    world.reading = WEBHOOK;
    await expect(look()).rejects.toBe(WEBHOOK);
    expect(board.obstacle).toBeUndefined();
  });

  test('is no obstacle where the right to read it is missing', async () => {
    const { board, world, look } = cluster();
    world.reading = DENIED;
    expect(await look()).toEqual(LOOK);
    expect(board.obstacle).toBeUndefined();
  });
});
