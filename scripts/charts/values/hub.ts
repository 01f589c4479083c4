import { z } from 'zod';
import { CLUSTER_SET_STATEMENTS } from '#apis/hub/cluster-set.ts';
import { MEMBER_STATEMENTS } from '#apis/hub/member.ts';
import { memberSettings } from '#src/config/member.ts';
import { commonValues } from './common.ts';
import { specOf } from './crd-spec.ts';

const count = z.number().meta({ type: 'integer', minimum: 1, maximum: 9_999_999 });

/** What a person may say to the chart of a hub. The specs are checked as the API server checks the kinds. */
export const hubValues = z.strictObject({
  ...commonValues,
  clusterSet: z.strictObject({
    create: z.boolean(),
    spec: specOf('crds/hub/clustersets.yaml', CLUSTER_SET_STATEMENTS),
  }),
  // No null: some releases of Helm 3 drop a value that is null without a word, and a member with it.
  members: z.record(memberSettings.clusterId.schema, specOf('crds/hub/members.yaml', MEMBER_STATEMENTS)),
  memberLimits: z.strictObject({ enabled: z.boolean(), services: count, slices: count }),
  credentials: z.strictObject({ tokenSecrets: z.boolean() }),
  hubUrl: z.string().meta({ pattern: '^(https://.+)?$' }),
});
