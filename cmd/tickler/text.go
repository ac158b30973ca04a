package main

import "tickler/internal/composed"

// text is a flag or argument that people write, composed: see package composed. Passwords, paths and
// URLs are plain strings, and stay as they are typed.
type text string

// UnmarshalText implements encoding.TextUnmarshaler, by which flags are read.
func (t *text) UnmarshalText(typed []byte) error { //nolint:unparam // encoding.TextUnmarshaler returns one
	*t = text(composed.Text(string(typed)))
	return nil
}
