import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '#test/clusters/audit.ts';
import { agentUserOnHub } from '#test/driver/requests.ts';
import { herdChapter, type Stampede } from './figures.ts';
import { herdingIn, mostAtOnce } from './requests.ts';
import { watchesIn } from './watches.ts';

const RECORDS = '/apis/hub.tombolo.dev/v1alpha1/exportedendpointslices';

function entry(more: Partial<AuditEntry>): AuditEntry {
  return {
    user: agentUserOnHub('m0'),
    verb: 'list',
    group: 'hub.tombolo.dev',
    resource: 'exportedendpointslices',
    subresource: '',
    namespace: '',
    name: '',
    uri: `${RECORDS}?resourceVersion=7`,
    code: 200,
    stage: 'ResponseComplete',
    at: 0,
    stageAt: 10,
    ...more,
  };
}

describe('requests of a herd', () => {
  it('are counted by what they are: a list once, however many pages; questions apart; others by name', () => {
    const entries = [
      entry({}),
      entry({ uri: `${RECORDS}?limit=500` }),
      entry({ uri: `${RECORDS}?limit=500&continue=x` }),
      entry({ code: 429 }),
      entry({ resource: 'clustersets', uri: '/c?fieldSelector=metadata.name%3Dclusterset' }),
      entry({ verb: 'watch', stage: 'ResponseStarted' }),
      entry({ verb: 'watch', code: 410 }),
      entry({ verb: 'update', group: 'coordination.k8s.io', resource: 'leases' }),
      entry({ user: agentUserOnHub('somebody') }),
    ];
    expect(herdingIn(entries, ['m0', 'm1'])).toEqual({
      lists: 2,
      pages: 4,
      questions: 1,
      mostListsAtOnce: 4,
      watches: 1,
      refusedWatches: 1,
      others: { 'update leases': 1 },
    });
  });

  it('are at once only while they overlap', () => {
    const lasting = (at: number, stageAt: number) => ({ at, stageAt });
    expect(mostAtOnce([])).toBe(0);
    expect(mostAtOnce([lasting(0, 5), lasting(5, 9)])).toBe(1);
    expect(mostAtOnce([lasting(0, 9), lasting(1, 2), lasting(3, 4)])).toBe(2);
  });
});

it('open watches are those of our kinds, of whatever resource', () => {
  const metrics = [
    'apiserver_longrunning_requests{component="apiserver",group="hub.tombolo.dev",resource="members",verb="WATCH"} 3',
    'apiserver_longrunning_requests{component="apiserver",group="hub.tombolo.dev",resource="clustersets",verb="WATCH"} 4',
    'apiserver_longrunning_requests{component="apiserver",group="",resource="pods",verb="WATCH"} 9',
    'apiserver_current_inflight_requests{request_kind="readOnly"} 5',
  ];
  expect(watchesIn(metrics.join('\n'))).toBe(7);
});

describe('the chapter', () => {
  const stampede = (loss: Stampede['loss'], more: Partial<Stampede>): Stampede => ({
    agents: 40,
    loss,
    lists: loss === 'cut' ? 0 : 200,
    pages: 0,
    questions: 40,
    mostListsAtOnce: 4,
    watches: 200,
    refusedWatches: 0,
    others: {},
    resumedMs: 1_500,
    openWatches: 200,
    ...more,
  });
  const missed = (...stampedes: Stampede[]) =>
    herdChapter({ kinds: 5, slices: 100, stampedes })
      .figures.filter(({ met }) => met === false)
      .map(({ what, measured }) => `${what}: ${measured}`);

  it('misses nothing where lists are none after a cut, one of each kind after a restart, few at a time', () => {
    expect(missed(stampede('cut', {}), stampede('restart', {}))).toEqual([]);
  });

  it('takes the worst of several', () => {
    const worst = [stampede('cut', { lists: 3 }), stampede('restart', { lists: 201, mostListsAtOnce: 5 })];
    expect(missed(stampede('cut', {}), stampede('restart', { openWatches: 210 }), ...worst)).toEqual([
      '40 agents, every connection cut: lists: 0-3',
      "40 agents, the hub's API server restarted: lists: 200-201",
      "40 agents, the hub's API server restarted: lists at one time: 5",
      'watches on the hub for each member, whatever their number: 5-5.25',
    ]);
  });
});
