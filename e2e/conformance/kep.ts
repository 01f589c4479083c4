/** The state of KEP-1645 that the specs were written by: its last change of that day, 2026-05-26. */
export const KEP_REVISION = 'ff10c1abbf811d1b286104ada6789196f5e0a0e3';

const FOLDER = `https://github.com/kubernetes/enhancements/blob/${KEP_REVISION}/keps/sig-multicluster/1645-multi-cluster-services-api`;

/** Where a requirement stands. */
export interface KepReference {
  heading: string;
  /** A few words of the text, to find the place by. */
  words: string;
  url: string;
}

/** Makes references to one section by the words that are looked for in it. */
type Section = (words: string) => KepReference;

/** The sections that specs refer to, by what they are about. */
export const kep = {
  terminology: section('Terminology'),
  userStory: section('Single Service Deployed to Multiple Clusters'),
  constraints: section('Constraints'),
  exporting: section('Exporting Services'),
  importing: section('Importing Services'),
  serviceTypes: section('Service Types'),
  clusterSetIp: section('ClusterSetIP'),
  dns: section('DNS'),
  noClusterNames: section('Not allowing cluster-specific targeting via DNS'),
  endpointSlices: section('Using EndpointSlice objects to track endpoints'),
  endpointTtl: section('Endpoint TTL'),
  globalProperties: section('Global Properties'),
  servicePort: section('Service Port'),
  headlessness: section('Headlessness'),
  sessionAffinity: section('Session Affinity'),
  internalTrafficPolicy: section('Internal Traffic Policy'),
  trafficDistribution: section('Traffic Distribution'),
  labels: section('Labels and Annotations'),
  testPlan: section('Test Plan'),
  dnsVersion: dnsSection('2.2 - Record for Schema Version'),
  dnsClusterSetIp: dnsSection('2.3.1 - A/AAAA Record'),
  dnsClusterSetIpSrv: dnsSection('2.3.2 - SRV Records'),
  dnsClusterSetIpNever: dnsSection('2.3.4 - Records that MUST NOT exist for a Service with ClusterSetIP'),
  dnsHeadless: dnsSection('2.4.1 - A/AAAA Records'),
  dnsHeadlessSrv: dnsSection('2.4.2 - SRV Records'),
  dnsHeadlessNever: dnsSection('2.4.4 - Records that MUST NOT exist for a Multicluster Headless Service'),
} as const satisfies Record<string, Section>;

function section(heading: string): Section {
  return inFile('README.md', heading);
}

/** The specification of multi-cluster DNS, a page of its own. */
function dnsSection(heading: string): Section {
  return inFile('specification.md', heading);
}

function inFile(file: string, heading: string): Section {
  const url = `${FOLDER}/${file}#${anchorOf(heading)}`;
  return (words) => ({ heading, words, url });
}

/** As GitHub makes them. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');
}
