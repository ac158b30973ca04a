package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"time"
)

// startFigures is how a server starts on many tasks.
type startFigures struct {
	tasks    int
	toAnswer []time.Duration // from the start of the program to the answer to its first create
	idle     int             // bytes, after a while without calls
}

const (
	starts      = 5
	aimedStart  = 200 * time.Millisecond
	aimedMemory = 60 << 20
)

// measureStart starts tickler on a big database a few times, with nothing of it in the machine's
// memory.
func measureStart(ctx context.Context, binary string, big *bigDatabase) (*startFigures, error) {
	f := &startFigures{tasks: big.tasks}
	for range starts {
		if err := errors.Join(evict(big.file), evict(binary)); err != nil {
			return nil, err
		}
		s, took, err := startAndCreate(ctx, binary, big)
		if err != nil {
			return nil, err
		}
		f.toAnswer = append(f.toAnswer, took)
		if len(f.toAnswer) == starts {
			time.Sleep(settle)
			f.idle, err = s.memory()
		}
		if err := errors.Join(err, s.stop()); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func startAndCreate(ctx context.Context, binary string, big *bigDatabase) (*server, time.Duration, error) {
	began := time.Now()
	s, err := startServer(ctx, binary, "TICKLER_DATA="+filepath.Dir(big.file))
	if err != nil {
		return nil, 0, err
	}
	_, err = s.call(ctx, http.DefaultClient, big.accounts[0], http.MethodPost, "/v2/Task.svc/Create",
		`{"Name": "First of all"}`)
	took := time.Since(began)
	if err != nil {
		return nil, 0, errors.Join(err, s.stop())
	}
	return s, took, nil
}

func printStart(f startFigures) {
	took := percentile(f.toAnswer, 50)
	fmt.Println()
	printAim(fmt.Sprintf("Cold start to first answer, %d tasks", f.tasks), millis(took)+" ms",
		fmt.Sprintf("less than %d ms", aimedStart.Milliseconds()), took < aimedStart)
	printAim("Idle memory after it", fmt.Sprintf("%.1f MB", float64(f.idle)/(1<<20)),
		fmt.Sprintf("less than %d MB", aimedMemory>>20), f.idle < aimedMemory)
}
