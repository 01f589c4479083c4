//go:build tools

// Package tools pins the coredns that the test clusters run.
package tools

import (
	_ "github.com/coredns/coredns"
)
