import type { BundledPackage } from '../../bundle/packages.ts';
import type { DebianPackage } from '../debian/apt.ts';
import { licenseOf } from '../debian/packages.ts';
import type { ImageName } from '../layout.ts';
import type { About, Blob } from '../manifest.ts';
import { NODE_VERSION, type Platform } from '../platform.ts';
import { type SpdxDocument, type SpdxPackage, spdxPackage } from './spdx.ts';

/** All that went into an image. */
export interface Ingredients {
  name: ImageName;
  version: string;
  /** The index of the image. */
  image: Blob;
  about: About;
  npm: readonly BundledPackage[];
  platforms: readonly { platform: Platform; debian: readonly DebianPackage[] }[];
}

/** The bill of materials of an image: what is in it, not what was installed to make it. */
export function sbom({ name, version, image, about, npm, platforms }: Ingredients): SpdxDocument {
  const digest = image.descriptor.digest.replace('sha256:', '');
  const container = spdxPackage('image', {
    name: name.repository,
    version: name.tag,
    purpose: 'CONTAINER',
    license: undefined,
    purl: `pkg:oci/${name.repository.split('/').at(-1)}@sha256%3A${digest}?repository_url=${name.repository}&tag=${name.tag}`,
    checksum: { algorithm: 'SHA256', value: digest },
  });
  const program = spdxPackage('tombolo', {
    name: 'tombolo',
    version,
    purpose: 'APPLICATION',
    license: 'Apache-2.0',
    purl: `pkg:generic/tombolo@${version}`,
  });
  const bundled = npm.map(npmPackage);
  const nodes = platforms.map(({ platform }) => nodePackage(platform));
  const debian = platforms.flatMap(({ platform, debian }) =>
    debian.map((found) => debianPackage(found, platform)),
  );
  const contains = (whole: SpdxPackage) => (part: SpdxPackage) =>
    ({
      spdxElementId: whole.SPDXID,
      relationshipType: 'CONTAINS',
      relatedSpdxElement: part.SPDXID,
    }) as const;
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `${name.repository}:${name.tag}`,
    // The digest makes it unique, as SPDX asks, and the same for the same image.
    documentNamespace: `https://tombolo.dev/spdx/${digest}`,
    creationInfo: { created: about.created, creators: [`Tool: tombolo-image-${version}`] },
    packages: [container, program, ...bundled, ...nodes, ...debian],
    relationships: [
      {
        spdxElementId: 'SPDXRef-DOCUMENT',
        relationshipType: 'DESCRIBES',
        relatedSpdxElement: container.SPDXID,
      },
      ...[program, ...nodes, ...debian].map(contains(container)),
      ...bundled.map(contains(program)),
    ],
  };
}

function npmPackage({ name, version, license, integrity }: BundledPackage): SpdxPackage {
  return spdxPackage(`npm-${name}-${version}`, {
    name,
    version,
    purpose: 'LIBRARY',
    license,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    ...(integrity?.startsWith('sha512-') && { checksum: sha512Of(integrity) }),
  });
}

function nodePackage({ nodePackage, nodeIntegrity }: Platform): SpdxPackage {
  return spdxPackage(`npm-${nodePackage}-${NODE_VERSION}`, {
    name: nodePackage,
    version: NODE_VERSION,
    purpose: 'APPLICATION',
    license: 'MIT',
    purl: `pkg:npm/${nodePackage}@${NODE_VERSION}`,
    cpe: `cpe:2.3:a:nodejs:node.js:${NODE_VERSION}:*:*:*:*:*:*:*`,
    checksum: sha512Of(nodeIntegrity),
  });
}

function debianPackage({ name, version, sha256 }: DebianPackage, { architecture }: Platform): SpdxPackage {
  return spdxPackage(`deb-${architecture}-${name.replaceAll('+', 'p')}`, {
    name,
    version,
    purpose: 'LIBRARY',
    license: licenseOf(name),
    purl: `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}`,
    checksum: { algorithm: 'SHA256', value: sha256 },
  });
}

function sha512Of(integrity: string): { algorithm: 'SHA512'; value: string } {
  return {
    algorithm: 'SHA512',
    value: Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex'),
  };
}
