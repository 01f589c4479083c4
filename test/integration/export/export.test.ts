import { describe } from 'vitest';
import { useSet } from '#test/driver/use-set.ts';
import { conditions } from './conditions.ts';
import { endpoints } from './endpoints.ts';
import { metadata } from './metadata.ts';
import { namespaceRules } from './namespace-rules.ts';
import { order } from './order.ts';
import { quiet } from './quiet.ts';
import { readiness } from './readiness.ts';
import { refused } from './refused.ts';
import { types } from './types.ts';

describe('a Service is exported from one cluster and seen in another', () => {
  const set = useSet({
    members: ['zzzc', 'shbt'],
    clusters: { stack: 'dual' },
    each: { hub: { audit: true }, zzzc: { audit: true, controllers: true } },
    namespaces: ['prod', 'team-red', 'team-blue', 'elsewhere'],
  });
  describe('whatever its type', () => types(set));
  describe('with its endpoints', () => endpoints(set));
  describe('and with their readiness', () => readiness(set));
  describe('with the labels and annotations that it is to have there', () => metadata(set));
  describe('whatever comes and goes first', () => order(set));
  describe('and its ServiceExport says how it stands', () => conditions(set));
  describe('from namespaces that may', () => namespaceRules(set));
  describe('to a hub that refuses some of it', () => refused(set));
  describe('with no write too many', () => quiet(set));
});
