//go:build !linux

package main

import "os"

// dropPages does nothing where there is no way to do it: there the cold start is only half cold.
func dropPages(*os.File) error { return nil }
