//go:build unix && !solaris && !illumos && !aix

package main

import "golang.org/x/sys/unix"

// freeDisk returns how many bytes an ordinary user can still write to the disk that a folder is on.
func freeDisk(folder string) (uint64, error) {
	var stat unix.Statfs_t
	if err := unix.Statfs(folder, &stat); err != nil {
		return 0, err
	}
	return uint64(stat.Bavail) * uint64(stat.Bsize), nil //nolint:unconvert // their types differ between systems
}
