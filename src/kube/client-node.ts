/**
 * All that is used of @kubernetes/client-node: reading kubeconfigs, and the credential plugins behind them.
 * The module is imported by its own path because the package's index also loads every generated model and
 * the WebSocket parts: twice the start-up time for nothing. The version is pinned in package.json.
 * Its transport, watch and informer are not used: docs/dependencies.md says why.
 */
export { KubeConfig } from '@kubernetes/client-node/dist/config.js';
