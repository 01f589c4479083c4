/**
 * Condition types and reasons of the MCS API (mcs-api v0.5), and the few reasons of our own.
 * The strings are interface: users, dashboards and the conformance suite match on them.
 */

/** Conditions of a ServiceExport. */
export const ExportCondition = {
  /**
   * The export is acceptable; says nothing of whether the hub has it.
   * True: Valid. False: NoService, InvalidServiceType, NamespaceNotAllowed, ImportedService. See ValidReason.
   */
  Valid: 'Valid',
  /**
   * The hub holds the export as it is now.
   * True: Exported. False: Pending, Failed. See ExportReadyReason.
   */
  Ready: 'Ready',
  /**
   * Exporters of one service disagree; stated by every one of them. Absent while Valid is False.
   * True: one or more of ConflictReason, joined by commas in the order of CONFLICT_REASONS.
   * False: NoConflicts.
   */
  Conflict: 'Conflict',
} as const;
export type ExportCondition = (typeof ExportCondition)[keyof typeof ExportCondition];

/** Reasons of a ServiceExport's Valid. */
export const ValidReason = {
  /** True: the Service exists and may be exported. */
  Valid: 'Valid',
  /** False: there is no Service of the export's name. */
  NoService: 'NoService',
  /** False: the Service's type cannot be exported; this is ExternalName. */
  InvalidServiceType: 'InvalidServiceType',
  /** False, ours: the ClusterSet or the Member refuses exports from this namespace. */
  NamespaceNotAllowed: 'NamespaceNotAllowed',
  /** False, ours: the Service is itself the product of an import; exporting it would loop. */
  ImportedService: 'ImportedService',
} as const;
export type ValidReason = (typeof ValidReason)[keyof typeof ValidReason];

/** Reasons of a ServiceExport's Ready. Upstream's `Ready` is for systems where importers pull: never ours. */
export const ExportReadyReason = {
  /** True: the hub has accepted the current state of the export, and the member may publish. */
  Exported: 'Exported',
  /** False: not sent yet, the hub cannot be reached, this member may publish nothing, or the export is not valid. */
  Pending: 'Pending',
  /** False: the hub refused the record; the message says why. */
  Failed: 'Failed',
} as const;
export type ExportReadyReason = (typeof ExportReadyReason)[keyof typeof ExportReadyReason];

/**
 * Reasons of a ServiceExport's Conflict being True: the properties in which exporters can disagree.
 * Listed in the order in which they are joined, so that equal conflicts give equal text.
 */
export const ConflictReason = {
  /** Ports of one name, or of one protocol and number, differ. */
  Port: 'PortConflict',
  /** IP families differ such that part of the endpoints cannot be reached over one of them. */
  IPFamily: 'IPFamilyConflict',
  /** Headless here, not headless there. */
  Type: 'TypeConflict',
  /** sessionAffinity differs. */
  SessionAffinity: 'SessionAffinityConflict',
  /** sessionAffinity agrees, its sessionAffinityConfig differs. */
  SessionAffinityConfig: 'SessionAffinityConfigConflict',
  /** exportedAnnotations differ. */
  Annotations: 'AnnotationsConflict',
  /** exportedLabels differ. */
  Labels: 'LabelsConflict',
  /** internalTrafficPolicy differs. */
  InternalTrafficPolicy: 'InternalTrafficPolicyConflict',
  /** trafficDistribution differs. */
  TrafficDistribution: 'TrafficDistributionConflict',
} as const;
export type ConflictReason = (typeof ConflictReason)[keyof typeof ConflictReason];

/** All conflict reasons in the order in which they are joined. */
export const CONFLICT_REASONS: readonly ConflictReason[] = Object.values(ConflictReason);

/** Reason of a ServiceExport's Conflict being False. */
export const NO_CONFLICTS = 'NoConflicts';

/** Conditions of a ServiceImport. */
export const ImportCondition = {
  /**
   * The import can be used in this cluster: for type ClusterSetIP it has its address.
   * True: Ready. False: Pending, IPFamilyNotSupported. See ImportReadyReason.
   */
  Ready: 'Ready',
} as const;
export type ImportCondition = (typeof ImportCondition)[keyof typeof ImportCondition];

/** Reasons of a ServiceImport's Ready. */
export const ImportReadyReason = {
  /** True: in use. */
  Ready: 'Ready',
  /** False: being made, or something stands in the way; the message says what. */
  Pending: 'Pending',
  /** False: none of the service's IP families exists in this cluster. */
  IPFamilyNotSupported: 'IPFamilyNotSupported',
} as const;
export type ImportReadyReason = (typeof ImportReadyReason)[keyof typeof ImportReadyReason];
