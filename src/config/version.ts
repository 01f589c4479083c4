/** Version of the program: package.json's, kept equal by a test. */
export const VERSION = '0.1.0';

/** Put in by the bundle (scripts/bundle); there is no such name when the sources run as they are. */
declare const TOMBOLO_COMMIT: string | undefined;

/** What this was built from. */
export const COMMIT = typeof TOMBOLO_COMMIT === 'string' ? TOMBOLO_COMMIT : 'unknown';

/** What `tombolo version` prints. */
export function versionLine(): string {
  return `tombolo ${VERSION} (commit ${COMMIT}, node ${process.version})`;
}

/** What `tombolo version -o json` prints, as programs read it. */
export function versionInfo(): { version: string; commit: string; node: string; platform: string } {
  return {
    version: VERSION,
    commit: COMMIT,
    node: process.version,
    platform: `${process.platform}/${process.arch}`,
  };
}
