package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver
)

// describeMachine prints what the figures depend on.
func describeMachine(ctx context.Context, folder string) error {
	sync, err := syncCost(filepath.Join(folder, "sync"))
	if err != nil {
		return err
	}
	version, err := sqliteVersion(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("Machine   %d cores, %s\n", runtime.NumCPU(), cpuModel())
	fmt.Printf("Go        %s %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Printf("SQLite    %s\n", version)
	fmt.Printf("Disk      a 4 KiB write and its fsync take %s (median), %s (p99)\n", micros(percentile(sync, 50)),
		micros(percentile(sync, 99)))
	return describeLoad()
}

// syncCost measures what a commit waits for.
func syncCost(path string) ([]time.Duration, error) {
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	defer drop(file)
	page := make([]byte, 4096)
	took := make([]time.Duration, 300)
	for i := range took {
		began := time.Now()
		if _, err := file.Write(page); err != nil {
			return nil, err
		}
		if err := file.Sync(); err != nil {
			return nil, err
		}
		took[i] = time.Since(began)
	}
	return took, os.Remove(path)
}

func sqliteVersion(ctx context.Context) (version string, err error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return "", err
	}
	defer drop(db)
	err = db.QueryRowContext(ctx, `SELECT sqlite_version()`).Scan(&version)
	return version, err
}

// cpuModel is empty where there is no /proc.
func cpuModel() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// describeLoad prints how busy the machine is, with others' work too: on a busy one only the ratios
// mean something.
func describeLoad() error {
	text, err := os.ReadFile("/proc/loadavg")
	if os.IsNotExist(err) {
		return nil
	}
	if fields := strings.Fields(string(text)); len(fields) >= 3 {
		fmt.Printf("Load      %s (1, 5 and 15 minutes)\n", strings.Join(fields[:3], " "))
	}
	return err
}

func percentile(durations []time.Duration, percent int) time.Duration {
	sorted := slices.Sorted(slices.Values(durations))
	return sorted[min(len(sorted)*percent/100, len(sorted)-1)]
}

func micros(d time.Duration) string { return fmt.Sprintf("%d µs", d.Microseconds()) }

func millis(d time.Duration) string { return fmt.Sprintf("%.2f", float64(d.Microseconds())/1000) }
