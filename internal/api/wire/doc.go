// Package wire reads and writes JSON as the API's callers send and expect it. A body is read
// strictly, once, into a tree of [Node]s, so that each fault in it can be named by its path; a
// [Shape] says which structure it must have; a [Reader] takes values out of it kindly
// (docs/contract.md, section 1). What goes out is an [Object], whose attributes keep their order.
//
// It knows how things are spelled, not what is said: calls, errors' types and the vendor's words
// are package api's.
package wire
