import { isDeepStrictEqual } from 'node:util';
import { type ConditionState, findCondition } from '#apis/conditions.ts';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { Condition } from '#apis/meta.ts';
import { ExportCondition, ExportReadyReason, ValidReason } from '#apis/multicluster/conditions.ts';
import type { ExportDecision, ExportSpec } from './decision.ts';
import { sameExport } from './records.ts';

/** What is known of one export when its conditions are stated. */
export interface ConditionsInput {
  decision: ExportDecision;
  /** The conditions as they stand on the ServiceExport. */
  current: readonly Condition[];
  /** Why the hub says nothing at present, or it is not known yet whether this agent may write there. */
  unreadable: string | undefined;
  /** Why this agent may write nothing on the hub; undefined: it may. */
  silence: string | undefined;
  /** Why it cannot write what is not there yet; undefined: it can. */
  obstacle: string | undefined;
  /** What the hub said when it refused the record. */
  refusal: string | undefined;
  /** Why the hub takes no more of its slices; absent: it takes them. */
  sliceRefusal?: string | undefined;
  /** Identity of the ServiceExport, and the kube-system UID of its cluster. */
  export: IExportedService['spec']['export'];
  uid: string | undefined;
  /** This member's record on the hub. */
  held: IExportedService | undefined;
  /** Why no member takes that record; undefined: they do. */
  rejection: string | undefined;
  /** The verdict over all exporters' records; undefined: there is none, as the own one is not among them. */
  conflict: Omit<ConditionState, 'type'> | undefined;
}

/** What to write into the ServiceExport's conditions: these states, and none of those types. */
export interface ConditionsVerdict {
  set: ConditionState[];
  remove: string[];
}

const VALID: ConditionState = {
  type: ExportCondition.Valid,
  status: 'True',
  reason: ValidReason.Valid,
  message: 'The Service can be exported.',
};
const EXPORTED: ConditionState = {
  type: ExportCondition.Ready,
  status: 'True',
  reason: ExportReadyReason.Exported,
  message: 'The hub holds this export as it is now.',
};

/**
 * The conditions of a ServiceExport (SEMANTICS 3.5). Endpoints play no part in them. While the hub has not
 * been read since the start, what an earlier run knew of it stands. An agent that may write nothing vouches for
 * nothing, not even for what the hub holds of it.
 */
export function exportConditions(input: ConditionsInput): ConditionsVerdict {
  const { decision, current, unreadable, conflict } = input;
  if (unreadable !== undefined && isRuleOfSet(decision, current)) {
    return { set: current.length === 0 ? [pending(unreadable)] : [], remove: [] };
  }
  if (!decision.publish) {
    // Nobody asked for it: there is no object to say anything on.
    if (decision.reason === 'NotExported') return { set: [], remove: [] };
    const { reason, message } = decision;
    return {
      set: [
        { type: ExportCondition.Valid, status: 'False', reason, message: sentence(message) },
        pending('the export is not valid'),
      ],
      remove: [ExportCondition.Conflict],
    };
  }
  const ready = readyState(input, decision.spec);
  return {
    set: [
      decision.remark === undefined ? VALID : { ...VALID, message: `${VALID.message} ${decision.remark}` },
      ...(ready ? [ready] : []),
      ...(conflict ? [{ type: ExportCondition.Conflict, ...conflict }] : []),
    ],
    remove: [],
  };
}

/**
 * Whether the verdict hangs on the set's namespace rules: it does where they refuse, and where they did when
 * they were last known. Without the hub only the built-in ones are at hand, which settle neither.
 */
function isRuleOfSet(decision: ExportDecision, current: readonly Condition[]): boolean {
  const ours = ValidReason.NamespaceNotAllowed;
  if (!decision.publish && decision.reason !== ours) return false;
  return !decision.publish || findCondition(current, ExportCondition.Valid)?.reason === ours;
}

/** Undefined: what stands is to stay. */
function readyState(input: ConditionsInput, spec: ExportSpec): ConditionState | undefined {
  const { current, unreadable, silence, obstacle, refusal, held, rejection, uid } = input;
  if (unreadable !== undefined) {
    return findCondition(current, ExportCondition.Ready) ? undefined : pending(unreadable);
  }
  if (silence !== undefined) return pending(silence);
  // Under a shared cluster id, what lies there may be the other cluster's.
  const own = held !== undefined && held.spec?.asserted?.uid === uid;
  if (own && isDeepStrictEqual(held.spec.export, input.export) && sameExport(held.spec, spec)) {
    if (rejection !== undefined) return failed(`No member takes this export: ${rejection}.`);
    return input.sliceRefusal === undefined
      ? EXPORTED
      : failed(`The hub refuses EndpointSlices of this export: ${input.sliceRefusal}`);
  }
  if (obstacle !== undefined) return pending(obstacle);
  if (refusal !== undefined) return failed(`The hub refuses this export: ${refusal}`);
  return pending('this state of the export has not been written to the hub yet');
}

function failed(message: string): ConditionState {
  return { type: ExportCondition.Ready, status: 'False', reason: ExportReadyReason.Failed, message };
}

function pending(why: string): ConditionState {
  return {
    type: ExportCondition.Ready,
    status: 'False',
    reason: ExportReadyReason.Pending,
    message: sentence(why),
  };
}

/** Messages of conditions are sentences; the words that come in are the tail of a log line. */
function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
