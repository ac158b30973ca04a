package client

import (
	"iter"
	"net/url"
	"strconv"
)

// List is a page of a list.
type List[T any] struct {
	RecordCount int // how many there are on all pages together
	List        []T
}

// Paging says which part of a list to return: rows from Offset on, or pages by PageIndex (from 1)
// and PageSize. The zero value is the first 200 rows; more than 1,000 at once are refused.
type Paging struct {
	Offset    int `json:",omitempty"`
	RowCount  int `json:",omitempty"`
	PageIndex int `json:",omitempty"`
	PageSize  int `json:",omitempty"`
}

// query returns the paging of a list that takes it in the query, with what the list is of.
func (p Paging) query(name, value string) url.Values {
	query := url.Values{name: {value}}
	for name, n := range map[string]int{
		"Offset": p.Offset, "RowCount": p.RowCount, "PageIndex": p.PageIndex, "PageSize": p.PageSize,
	} {
		if n != 0 {
			query.Set(name, strconv.Itoa(n))
		}
	}
	return query
}

// Sorting says in which order a list comes.
type Sorting struct {
	ColumnName string    `json:",omitempty"` // an attribute
	Direction  Direction `json:",omitempty"`
}

// Direction is which way a list is sorted.
type Direction int

// The two directions.
const (
	Ascending  Direction = 0
	Descending Direction = 1
)

// page is the part of a list that an iterator asks for at once: the largest, to spend few calls.
const page = 1000

// each goes through a list, page after page. It ends after the first error. What is added or
// removed meanwhile may move rows from one page to the next: then a row comes twice or not at all.
func each[T any](read func(Paging) (List[T], error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for offset := 0; ; offset += page {
			list, err := read(Paging{Offset: offset, RowCount: page})
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, row := range list.List {
				if !yield(row, nil) {
					return
				}
			}
			if len(list.List) < page {
				return
			}
		}
	}
}

// message is the answer to a write.
type message[T any] struct {
	Status  string
	Message T
}

// made is what a write that made something says.
type made struct {
	ID string `json:"Id"`
}

// Affected is what a change says.
type Affected struct {
	// AffectedRows is 0 when all stood as asked for before: also when the answer to a first attempt
	// was lost.
	AffectedRows int
	// AutoID is a number fixed for the task's life. Only UpdateTask returns it.
	AutoID int64 `json:"AutoId"`
}
