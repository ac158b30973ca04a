// Package quickadd reads one line of text as a task: its name, and the day, hour, duration, type,
// owner, lead, reminder and location that it mentions. It says how it has read each of them, so
// that a page can show it before anything is made. README.md has the grammar.
//
// When in doubt, a word is part of the name. A line is read in three steps: its words are scanned
// for what may be a part (scan.go), what stands around each decides whether it is one (judge.go),
// and all of them together make the draft (settle.go). The package is pure: the instant and the
// zone are handed in.
package quickadd
