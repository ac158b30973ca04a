package frame

import (
	"net/url"
	"strconv"
)

// Pager leads from one page of a list to the next.
type Pager struct {
	First, Last, Total int    // of the lines shown, counted from 1
	Before, After      string // the paths of the other pages; "" where there is none
}

// PageNumber reads from a query which page of a list is asked for, counted from 1.
func PageNumber(query url.Values) int {
	const manyPages = 1_000_000
	n, err := strconv.Atoi(query.Get("page"))
	if err != nil || n < 1 || n > manyPages {
		return 1
	}
	return n
}

// NewPager makes the pager of a list with pages of a size, at a path and with a query that stays
// the same.
func NewPager(query url.Values, path string, number, size, total int) Pager {
	at := func(n int) string {
		other := url.Values{}
		for name, values := range query {
			other[name] = values
		}
		other.Set("page", strconv.Itoa(n))
		return path + "?" + other.Encode()
	}
	p := Pager{First: (number-1)*size + 1, Last: min(number*size, total), Total: total}
	if number > 1 {
		p.Before = at(number - 1)
	}
	if number*size < total {
		p.After = at(number + 1)
	}
	return p
}
