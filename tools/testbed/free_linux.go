package main

import "syscall"

// freeBytes is how much room a folder's disk has; 0 where there is no such folder.
func freeBytes(folder string) uint64 {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(folder, &disk); err != nil {
		return 0
	}
	return disk.Bavail * uint64(disk.Bsize)
}
