// Package composed has the form in which texts of people are kept and compared: Unicode's NFC, in
// which an é is one character however it was typed, as one or as an e and an accent.
package composed

import "golang.org/x/text/unicode/norm"

// Text returns a text in NFC. Every way in composes what people write: names, values and addresses, or
// what looks the same would be two names and not be found; and free text too, so that a search for a
// word finds it. That changes nothing that can be seen, and the Web expects it (W3C, Character Model:
// String Matching). Names, options and leads that are there from before may be apart: they are
// composed when they are read. The domain compares what it is given, for it imports the standard
// library only.
//
// Left as they came are the texts that are bytes to somebody else: URLs, whose path an accent apart
// may be part of, headers, keys, and a bulk request's body as its report repeats it. Passwords have
// a form of their own: see package app.
func Text(text string) string { return norm.NFC.String(text) }
