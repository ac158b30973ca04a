// Package civil is time as people write and read it: instants, days, spans, times of day and the
// zones they are read in. It is pure: it reads no clock and knows nothing of tasks.
package civil
