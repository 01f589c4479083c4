/** Version of the program: package.json's, kept equal by a test. */
export const VERSION = '0.1.0';

/** What this was built from; the build of an image puts the commit here. */
export const COMMIT = 'unknown';

/** What `tombolo version` prints. */
export function versionLine(): string {
  return `tombolo ${VERSION} (commit ${COMMIT}, node ${process.version})`;
}
