//go:build !unix || solaris || illumos || aix

package main

import "errors"

// freeDisk can't be told on this system.
func freeDisk(string) (uint64, error) { return 0, errors.ErrUnsupported }
