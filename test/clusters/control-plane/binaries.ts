import type { NodePrograms } from '../node/local-node.ts';
import type { KwokProgram } from './kwok.ts';

/** Paths of the programs that a local control plane is made of. What is absent, the cluster cannot do. */
export interface Binaries {
  etcd: string;
  kubeApiserver: string;
  etcdutl?: string;
  kubeControllerManager?: string;
  kubeScheduler?: string;
  coredns?: string;
  kwok?: KwokProgram;
  /** For real nodes. */
  node?: NodePrograms;
}
