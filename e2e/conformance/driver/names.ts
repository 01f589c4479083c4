/** The zone of the set. */
const SET = 'svc.clusterset.local';

/** `web.shop.svc.clusterset.local` */
export function setName(service: string, namespace: string): string {
  return `${service}.${namespace}.${SET}`;
}

/** `db-0.zzzc.db.shop.svc.clusterset.local` */
export function podName(pod: string, cluster: string, service: string, namespace: string): string {
  return `${pod}.${cluster}.${setName(service, namespace)}`;
}

/** `zzzc.web.shop.svc.clusterset.local`: the KEP keeps this form for later. */
export function clusterName(cluster: string, service: string, namespace: string): string {
  return `${cluster}.${setName(service, namespace)}`;
}

/** `web.shop.svc.cluster.local`: the cluster's own Service. */
export function localName(service: string, namespace: string): string {
  return `${service}.${namespace}.svc.cluster.local`;
}
