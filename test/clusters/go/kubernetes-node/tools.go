//go:build tools

// Package tools pins the Kubernetes programs that a real node of a test cluster runs, and kubectl.
package tools

import (
	_ "k8s.io/kubernetes/cmd/kube-proxy"
	_ "k8s.io/kubernetes/cmd/kubectl"
	_ "k8s.io/kubernetes/cmd/kubelet"
)
