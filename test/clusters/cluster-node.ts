/** One container of a pod: the pod's only or first one unless told. */
export interface ContainerRef {
  namespace: string;
  name: string;
  container?: string;
}

export interface ExecOptions {
  /** Given to the command, then closed. */
  stdin?: string;
  /** Gives up after this long; 30 s unless told. */
  timeoutMs?: number;
}

export interface ExecResult {
  stdout: string;
  stderr: string;
  exitCode: number;
}

/** The real node of a cluster: containerd, kubelet and kube-proxy in a network namespace of their own. */
export interface ClusterNode {
  /** The Node object's. */
  readonly name: string;
  /** The node's own addresses, the stack's first family first. */
  readonly addresses: readonly string[];
  /** Where its pods get their addresses from, one range per family, in the same order. */
  readonly podRanges: readonly string[];
  /**
   * A file that names the node's network namespace, for `nsenter --net=FILE`: traffic of a test starts in there,
   * so that it cannot leave the machine.
   */
  readonly networkNamespace: string;
  /**
   * Runs a command in a container, over the API server, as `kubectl exec` does. A command that fails is a result.
   *
   * @throws when it cannot be started, or has not ended in time.
   */
  exec(pod: ContainerRef, command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /**
   * Makes an image known to the node under the names that it brings: a docker-archive, an OCI archive, or a folder
   * in OCI layout. Pods want `imagePullPolicy: IfNotPresent` or `Never`: there is nowhere to pull from.
   */
  loadImage(path: string): Promise<void>;
  /** Makes the toolbox (sh, nc, dig, nslookup, socat, curl) known to the node under all these names. */
  loadToolbox(names: readonly string[]): Promise<void>;
}
