import {
  type CheckInput,
  type DnsLook,
  type Judge,
  judged,
  type Verdict,
  WELL,
  wrongWhere,
} from '../look.ts';
import { isOlder } from '../version.ts';

/** The first CoreDNS with `multicluster` in its plugin `kubernetes`. */
const OLDEST_COREDNS = '1.12.2';

export const DNS_JUDGES: Readonly<Record<string, Judge>> = {
  TB050: ofCluster(({ coredns }) => {
    const image = coredns?.spec?.template?.spec?.containers?.[0]?.image ?? '';
    const version = /:v?(\d+\.\d+\.\d+)/.exec(image)?.[1];
    if (coredns === undefined) return unknown('there is no Deployment kube-system/coredns');
    if (version === undefined) return unknown(`the image ${image} does not say its version`);
    return wrongWhere(isOlder(version, OLDEST_COREDNS) ? [`CoreDNS is ${version}`] : []);
  }),

  TB051: ofCluster(({ mayRead, coredns }) => {
    if (coredns === undefined) return unknown('there is no Deployment kube-system/coredns');
    return judged(mayRead, (may) => (may ? WELL : wrongWhere(['its account may not list ServiceImports'])));
  }),

  TB052: ({ member, domain }) =>
    judged(member.dns, ({ configs }) => {
      if (configs.length === 0) return unknown('no ConfigMap with a Corefile is known');
      const named = configs.some(({ data = {} }) =>
        Object.values(data).some((text) =>
          new RegExp(`(^|\\s)${domain.replaceAll('.', '\\.')}\\b`).test(text),
        ),
      );
      const where = configs.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).join(', ');
      return wrongWhere(named ? [] : [`${domain} is in none of ${where}`]);
    }),
};

/** Of the cluster's own CoreDNS, where no other one answers the zone. */
function ofCluster(judge: (dns: DnsLook) => Verdict): Judge {
  return ({ member }: CheckInput) => judged(member.dns, (dns) => (dns.forwarded ? WELL : judge(dns)));
}

function unknown(why: string): Verdict {
  return { is: 'unknown', why: `cannot tell: ${why}` };
}
