package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"tickler"
)

func TestClassify(t *testing.T) {
	t.Parallel()
	state := func(code string) error { return fmt.Errorf("running: %w", &pgconn.PgError{Code: code}) }
	mistake := errors.New("a mistake of ours")
	for name, test := range map[string]struct {
		err  error
		want tickler.Kind
	}{
		"nothing":                   {nil, 0},
		"a mistake of ours":         {mistake, 0},
		"a caller's mistake":        {&tickler.Error{Kind: tickler.KindDuplicate}, tickler.KindDuplicate},
		"the caller has gone":       {context.Canceled, 0},
		"out of time":               {context.DeadlineExceeded, tickler.KindUnavailable},
		"closed":                    {errClosed, tickler.KindUnavailable},
		"connection lost":           {io.ErrUnexpectedEOF, tickler.KindUnavailable},
		"connection closed":         {pgconn.ErrConnClosed, tickler.KindUnavailable},
		"connection refused":        {&net.OpError{Op: "dial", Err: errors.New("refused")}, tickler.KindUnavailable},
		"connection exception":      {state("08006"), tickler.KindUnavailable},
		"serialization failure":     {state("40001"), tickler.KindUnavailable},
		"deadlock":                  {state("40P01"), tickler.KindUnavailable},
		"disk full":                 {state("53100"), tickler.KindUnavailable},
		"too many connections":      {state("53300"), tickler.KindUnavailable},
		"lock not available":        {state("55P03"), tickler.KindUnavailable},
		"shutting down":             {state("57P01"), tickler.KindUnavailable},
		"cancelled by an operator":  {state("57014"), tickler.KindUnavailable},
		"starting up":               {state("57P03"), tickler.KindUnavailable},
		"I/O error":                 {state("58030"), tickler.KindUnavailable},
		"a standby":                 {state("25006"), tickler.KindUnavailable},
		"aborted transaction":       {state("25P02"), 0},
		"not null violation":        {state("23502"), 0},
		"value out of range":        {state("22003"), 0},
		"syntax error":              {state("42601"), 0},
		"a code that is none":       {state(""), 0},
		"a lost connection, joined": {errors.Join(mistake, io.EOF), tickler.KindUnavailable},
	} {
		got := Classify(test.err)
		if tickler.KindOf(got) != test.want {
			t.Errorf("%s: %v, want kind %d", name, got, test.want)
		}
		if !errors.Is(got, test.err) {
			t.Errorf("%s: %v does not tell the cause", name, got)
		}
	}
}

func TestOnlyALostConnectionIsTriedAgain(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]bool{
		nil: false, io.EOF: true, pgconn.ErrConnClosed: true, net.ErrClosed: true, errors.New("a mistake of ours"): false,
		&pgconn.PgError{Code: "57P01"}: true, &pgconn.PgError{Code: "57014"}: false, &pgconn.PgError{Code: "23505"}: false,
		&pgconn.PgError{Code: "40P01"}: false, &pgconn.PgError{Code: "08006"}: true,
	} {
		if got := isLostConnection(err); got != want {
			t.Errorf("isLostConnection(%v) = %t, want %t", err, got, want)
		}
	}
}
