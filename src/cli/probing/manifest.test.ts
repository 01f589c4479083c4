import { describe, expect, it } from 'vitest';
import { type ProbePod, probePod, whatFor, whyStuck } from './manifest.ts';

const pod = probePod({
  namespace: 'tombolo-system',
  name: 'tombolo-probe-1',
  image: 'tombolo:1',
  imagePullPolicy: 'IfNotPresent',
  spec: { timeoutMs: 1_000 },
  deadlineSeconds: 30,
});

const inState = (status: NonNullable<ProbePod['status']>): ProbePod => ({ ...pod, status });

it('the pod meets the restricted Pod Security Standard and holds no token (guards against https://github.com/submariner-io/submariner/issues/2233)', () => {
  expect(pod.spec).toMatchObject({
    automountServiceAccountToken: false,
    restartPolicy: 'Never',
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        args: ['__probe', '{"timeoutMs":1000}'],
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  });
});

describe('a pod that does not run is told in one line:', () => {
  it('its image cannot be had', () => {
    const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image "tombolo:1"' };
    expect(whyStuck(inState({ phase: 'Pending', containerStatuses: [{ state: { waiting } }] }))).toBe(
      'ImagePullBackOff: Back-off pulling image "tombolo:1"',
    );
  });

  it('it failed', () => {
    expect(whyStuck(inState({ phase: 'Failed' }))).toBe('it ended with an error');
  });

  it('it is being made: no reason to give up', () => {
    const waiting = { reason: 'ContainerCreating' };
    const making = inState({ phase: 'Pending', containerStatuses: [{ state: { waiting } }] });
    expect([whyStuck(making), whatFor(making)]).toEqual([undefined, 'ContainerCreating']);
  });

  it('no node takes it', () => {
    const unscheduled = inState({
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' }],
    });
    expect([whyStuck(unscheduled), whatFor(unscheduled)]).toEqual([undefined, '0/1 nodes are available']);
    expect(whatFor(inState({}))).toBe('it is Pending; is there a node?');
  });
});
