/** What is known of the program when its image is built. */
export interface ProgramFacts {
  version: string;
  description: string;
  license: string;
  commit: string;
  /** Where its sources are, if that is known. */
  source: string | undefined;
}

/** The labels that the OCI image format specification 1.1 defines (annotations.md). */
export function labelsOf({
  version,
  description,
  license,
  commit,
  source,
}: ProgramFacts): Record<string, string> {
  const prefix = 'org.opencontainers.image.';
  return {
    [`${prefix}title`]: 'tombolo',
    [`${prefix}description`]: description,
    [`${prefix}version`]: version,
    [`${prefix}revision`]: commit,
    [`${prefix}licenses`]: license,
    ...(source !== undefined && { [`${prefix}source`]: source }),
  };
}
