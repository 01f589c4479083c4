/** What is used of SPDX 2.3 (https://spdx.github.io/spdx-spec/v2.3/): packages, and what holds what. */
export interface SpdxDocument {
  spdxVersion: 'SPDX-2.3';
  dataLicense: 'CC0-1.0';
  SPDXID: 'SPDXRef-DOCUMENT';
  name: string;
  documentNamespace: string;
  creationInfo: { created: string; creators: string[] };
  packages: SpdxPackage[];
  relationships: {
    spdxElementId: string;
    relationshipType: 'DESCRIBES' | 'CONTAINS';
    relatedSpdxElement: string;
  }[];
}

export interface SpdxPackage {
  SPDXID: string;
  name: string;
  versionInfo: string;
  downloadLocation: 'NOASSERTION';
  filesAnalyzed: false;
  licenseConcluded: 'NOASSERTION';
  licenseDeclared: string;
  copyrightText: 'NOASSERTION';
  primaryPackagePurpose: 'CONTAINER' | 'APPLICATION' | 'LIBRARY';
  checksums?: { algorithm: 'SHA256' | 'SHA512'; checksumValue: string }[];
  externalRefs: ExternalRef[];
}

interface ExternalRef {
  referenceCategory: 'PACKAGE-MANAGER' | 'SECURITY';
  referenceType: 'purl' | 'cpe23Type';
  referenceLocator: string;
}

/** What one package is to be listed with. */
export interface Listed {
  name: string;
  version: string;
  purpose: SpdxPackage['primaryPackagePurpose'];
  license: string | undefined;
  /** https://github.com/package-url/purl-spec: what scanners look vulnerabilities up by. */
  purl: string;
  cpe?: string;
  checksum?: { algorithm: 'SHA256' | 'SHA512'; value: string };
}

/** Describes a package; `id` is unique within the document. */
export function spdxPackage(id: string, listed: Listed): SpdxPackage {
  const { name, version, purpose, license, purl, cpe, checksum } = listed;
  const refs: ExternalRef[] = [
    { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl },
  ];
  if (cpe !== undefined) {
    refs.push({ referenceCategory: 'SECURITY', referenceType: 'cpe23Type', referenceLocator: cpe });
  }
  return {
    SPDXID: `SPDXRef-${id.replaceAll(/[^A-Za-z0-9.-]+/g, '-')}`,
    name,
    versionInfo: version,
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: license ?? 'NOASSERTION',
    copyrightText: 'NOASSERTION',
    primaryPackagePurpose: purpose,
    ...(checksum && {
      checksums: [{ algorithm: checksum.algorithm, checksumValue: checksum.value }],
    }),
    externalRefs: refs,
  };
}
