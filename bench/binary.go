package main

import (
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// build compiles tickler as it is released and checks that it needs nothing of the machine it runs
// on.
func build(ctx context.Context, folder string) (path string, err error) {
	path = filepath.Join(folder, "tickler")
	command := exec.CommandContext(ctx, "go", "-C", "..", "build", "-trimpath", "-o", path, "./cmd/tickler")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building tickler: %w: %s", err, output)
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if err := checkStatic(path); err != nil {
		return "", err
	}
	fmt.Printf("Binary    %.1f MB, static\n", float64(info.Size())/1e6)
	return path, nil
}

// checkStatic looks for a dynamic loader and shared libraries in an ELF file.
func checkStatic(path string) error {
	file, err := elf.Open(path)
	if err != nil {
		return err
	}
	defer drop(file)
	for _, part := range file.Progs {
		if part.Type == elf.PT_INTERP {
			return errors.New("the binary is not static: it asks for a dynamic loader")
		}
	}
	libraries, err := file.ImportedLibraries()
	if err == nil && len(libraries) > 0 {
		return fmt.Errorf("the binary is not static: it needs %v", libraries)
	}
	return err
}
