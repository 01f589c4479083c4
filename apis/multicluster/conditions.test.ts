import { expect, test } from 'vitest';
import {
  CONFLICT_REASONS,
  ExportReadyReason,
  ImportReadyReason,
  NO_CONFLICTS,
  ValidReason,
} from './conditions.ts';

test('conflict reasons are joined in the order fixed for stable messages: port first, traffic distribution last', () => {
  expect(CONFLICT_REASONS.join(',')).toBe(
    'PortConflict,IPFamilyConflict,TypeConflict,SessionAffinityConflict,SessionAffinityConfigConflict,' +
      'AnnotationsConflict,LabelsConflict,InternalTrafficPolicyConflict,TrafficDistributionConflict',
  );
});

test('every reason, and all conflicts joined, fits what the CRD lets a reason be', () => {
  const allowed = /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/;
  const all = [ValidReason, ExportReadyReason, ImportReadyReason].flatMap((reasons) =>
    Object.values(reasons),
  );
  for (const reason of [...all, NO_CONFLICTS, CONFLICT_REASONS.join(',')]) {
    expect(reason).toMatch(allowed);
    expect(reason.length).toBeLessThanOrEqual(1024);
  }
});
