import { describe, expect, test } from 'vitest';
import type { IService } from '#apis/kubernetes/service.ts';
import { UNSUPPORTED_ANNOTATION } from '#apis/labels.ts';
import { afterRefusal, type Candidate, maySoonBeFree } from './refusal.ts';
import { describeUnsupported } from './unsupported.ts';

const service: IService = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'derived-x', namespace: 'prod', annotations: { note: 'n' } },
  spec: {
    ports: [{ port: 80 }],
    sessionAffinity: 'ClientIP',
    sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
    trafficDistribution: 'PreferSameNode',
    ipFamilyPolicy: 'PreferDualStack',
    ipFamilies: ['IPv6'],
  },
};

function next(candidate: Candidate, ...fields: string[]): Candidate {
  const answer = afterRefusal(candidate, fields);
  if (answer === undefined || answer === 'no family') throw new Error(`expected another try, got ${answer}`);
  return answer;
}

describe('after a refusal', () => {
  test('an unsupported field is given up and noted, the rest stays', () => {
    const { service: tried } = next({ service, spareFamilies: [] }, 'spec.trafficDistribution');
    expect(tried.spec).not.toHaveProperty('trafficDistribution');
    expect(tried.spec).toMatchObject({ sessionAffinity: 'ClientIP', ports: [{ port: 80 }] });
    expect(tried.metadata.annotations).toEqual({
      note: 'n',
      [UNSUPPORTED_ANNOTATION]: '{"trafficDistribution":"PreferSameNode"}',
    });
    expect(describeUnsupported(tried)).toBe('trafficDistribution PreferSameNode');
  });

  test('several are given up, at once or one after the other', () => {
    const first = next({ service, spareFamilies: [] }, 'spec.trafficDistribution', 'spec.sessionAffinity');
    const second = next(first, 'spec.sessionAffinityConfig.clientIP.timeoutSeconds');
    expect(second.service.spec).toEqual({
      ports: [{ port: 80 }],
      ipFamilyPolicy: 'PreferDualStack',
      ipFamilies: ['IPv6'],
    });
    expect(describeUnsupported(second.service)).toBe(
      'sessionAffinity ClientIP, sessionAffinityConfig {"clientIP":{"timeoutSeconds":60}}, trafficDistribution PreferSameNode',
    );
  });

  test('the other family is tried where this cluster does not have the first, and then none is left', () => {
    const tried = next({ service, spareFamilies: ['IPv4'] }, 'spec.ipFamilies[0]');
    expect(tried.service.spec?.ipFamilies).toEqual(['IPv4']);
    expect(afterRefusal(tried, ['spec.ipFamilies[0]'])).toBe('no family');
  });

  test.each(['spec.clusterIP', 'spec.clusterIPs', 'spec.clusterIPs[0]'])(
    'a new address is asked for where somebody else has the former one (%s)',
    (field) => {
      const ips = { clusterIP: 'fd00::7', clusterIPs: ['fd00::7', '10.0.0.7'], ipFamilies: ['IPv6', 'IPv4'] };
      const asking = { ...service, spec: { ...service.spec, ...ips } };
      const { spec } = next({ service: asking, spareFamilies: [] }, field).service;
      expect(spec).toMatchObject({ ipFamilies: ['IPv6'], ipFamilyPolicy: 'PreferDualStack' });
      expect(spec).not.toHaveProperty('clusterIP');
      expect(spec).not.toHaveProperty('clusterIPs');
    },
  );

  test.each([[['spec.ports[0].port']], [['metadata.labels']], [[]], [['spec.trafficDistributionX']]])(
    'what cannot be given up ends the trying (%j)',
    (fields) => {
      expect(afterRefusal({ service, spareFamilies: ['IPv4'] }, fields)).toBeUndefined();
    },
  );

  test('the address of an existing Service is never given up', () => {
    const existing = {
      ...service,
      metadata: { ...service.metadata, uid: 'u' },
      spec: { clusterIP: '10.0.0.7' },
    };
    expect(afterRefusal({ service: existing, spareFamilies: [] }, ['spec.clusterIPs[0]'])).toBeUndefined();
  });
});

describe('a refused address', () => {
  const asking: IService = {
    ...service,
    spec: { ...service.spec, clusterIP: '10.0.0.7', clusterIPs: ['10.0.0.7'] },
  };
  const allocated = {
    field: 'spec.clusterIPs',
    message: 'Invalid value: ["10.0.0.7"]: failed to allocate IP 10.0.0.7: provided IP is already allocated',
  };
  const nobody = () => false;

  test('may soon be free where no Service has it: the deletion of the one that had it was told before', () => {
    expect(maySoonBeFree(asking, [allocated], nobody)).toBe(true);
  });

  test('will not be free soon where a Service has it, or where it is refused for another reason', () => {
    expect(maySoonBeFree(asking, [allocated], (ip) => ip === '10.0.0.7')).toBe(false);
    const outside = { ...allocated, message: 'provided IP is not in the valid range' };
    expect(maySoonBeFree(asking, [outside], nobody)).toBe(false);
    expect(maySoonBeFree(asking, [{ ...allocated, field: 'spec.ports' }], nobody)).toBe(false);
  });

  test('was not asked for: there is nothing to wait for', () => {
    expect(maySoonBeFree(service, [allocated], nobody)).toBe(false);
    const held = { ...asking, metadata: { ...asking.metadata, uid: 'service-1' } };
    expect(maySoonBeFree(held, [allocated], nobody)).toBe(false);
  });
});
