package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// startFigures is how a server starts on many tasks.
type startFigures struct {
	tasks     int
	toAnswer  []time.Duration // from the start of the program to the answer to its first create
	idle      int             // bytes, after a while without calls
	retrieves figures
}

const (
	starts          = 5
	retrieveClients = 16
	aimedStart      = 200 * time.Millisecond
	aimedMemory     = 60 << 20
)

// measureStart starts tickler on a big database a few times, with nothing of it in the machine's memory.
func measureStart(ctx context.Context, o options, folder, binary string, seed *seed) (*startFigures, error) {
	began := time.Now()
	file, err := seed.copyTo(folder)
	if err != nil {
		return nil, err
	}
	if err := seed.addTasks(ctx, file, o.tasks); err != nil {
		return nil, err
	}
	progress("%d tasks written to SQLite in %.1f s", o.tasks, time.Since(began).Seconds())

	f := &startFigures{tasks: o.tasks}
	for range starts {
		if err := errors.Join(evict(file), evict(binary)); err != nil {
			return nil, err
		}
		s, took, err := startAndCreate(ctx, folder, binary, seed)
		if err != nil {
			return nil, err
		}
		f.toAnswer = append(f.toAnswer, took)
		if len(f.toAnswer) == starts {
			err = f.measureRunning(ctx, o, s, seed, file)
		}
		if err := errors.Join(err, s.stop()); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func startAndCreate(ctx context.Context, folder, binary string, seed *seed) (*server, time.Duration, error) {
	began := time.Now()
	s, err := startServer(ctx, binary, "TICKLER_DATA="+folder)
	if err != nil {
		return nil, 0, err
	}
	err = s.call(ctx, http.DefaultClient, seed.accounts[0], http.MethodPost, "/v2/Task.svc/Create", `{"Name": "First of all"}`)
	took := time.Since(began)
	if err != nil {
		return nil, 0, errors.Join(err, s.stop())
	}
	return s, took, nil
}

// measureRunning reads the idle server's memory, and then how long a page of tasks takes it.
func (f *startFigures) measureRunning(ctx context.Context, o options, s *server, seed *seed, file string) (err error) {
	time.Sleep(settle)
	if f.idle, err = s.memory(); err != nil {
		return err
	}
	if err := s.warmUp(ctx, seed.accounts); err != nil {
		return err
	}
	if err := readWhole(file); err != nil { // pages that are asked for are soon in the machine's memory
		return err
	}
	answered, err := wrk(ctx, seed, s.address, "retrieve", retrieveClients, o.duration)
	f.retrieves = answered.figures()
	return err
}

func readWhole(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer drop(file)
	_, err = io.Copy(io.Discard, file)
	return err
}

func printStart(f startFigures) {
	took := percentile(f.toAnswer, 50)
	fmt.Println()
	printAim(fmt.Sprintf("Cold start to first answer, %d tasks", f.tasks), millis(took)+" ms",
		fmt.Sprintf("less than %d ms", aimedStart.Milliseconds()), took < aimedStart)
	printAim("Idle memory after it", fmt.Sprintf("%.1f MB", float64(f.idle)/(1<<20)),
		fmt.Sprintf("less than %d MB", aimedMemory>>20), f.idle < aimedMemory)
	fmt.Printf("\nRetrieve, a page of 50 of one owner among %d tasks on SQLite, %d clients: %.0f/s, p50 %s ms, p99 %s ms\n\n",
		f.tasks, retrieveClients, f.retrieves.rate, millis(f.retrieves.p50), millis(f.retrieves.p99))
}
