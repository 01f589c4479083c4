import { clusterSetExamples, memberExamples, memberReportExamples } from './membership.ts';
import { exportedEndpointSliceExamples, exportedServiceExamples } from './records.ts';
import type { KindExamples } from './shared.ts';

/** Examples of every hub kind. */
export const ALL_EXAMPLES: readonly KindExamples[] = [
  clusterSetExamples,
  memberExamples,
  memberReportExamples,
  exportedServiceExamples,
  exportedEndpointSliceExamples,
];
