//go:build !unix || solaris || illumos || aix

package main

import "errors"

// freeDisk is not supported on this system.
func freeDisk(string) (uint64, error) { return 0, errors.ErrUnsupported }
