import type { Chapter } from '../spec.ts';
import { clusterSetIp } from './clusterset-ip.ts';
import { conditions } from './conditions.ts';
import { conflicts } from './conflicts.ts';
import { dns } from './dns.ts';
import { endpointSlices } from './endpoint-slices.ts';
import { exporting } from './exporting.ts';
import { headless } from './headless.ts';
import { importing } from './importing.ts';
import { portConflicts } from './port-conflicts.ts';
import { serviceTypes } from './service-types.ts';
import { unexporting } from './unexporting.ts';

/** Every requirement, in the order of the KEP. */
export const CHAPTERS: readonly Chapter[] = [
  exporting,
  conditions,
  unexporting,
  importing,
  serviceTypes,
  clusterSetIp,
  headless,
  dns,
  endpointSlices,
  conflicts,
  portConflicts,
];
