//go:build !unix

package pgtest

import (
	"errors"
	"syscall"
)

type owner struct{}

func postgresUser() (owner, error) {
	return owner{}, errors.New("a temporary Postgres can be made on Unix only")
}

func (owner) take(string) error { return nil }

func (owner) attributes() *syscall.SysProcAttr { return nil }
