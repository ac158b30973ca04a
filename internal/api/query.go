package api

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"tickler"
	"tickler/internal/api/wire"
	"tickler/internal/composed"
)

// query holds the query's values by folded name; of a name given twice, the first.
type query struct {
	values map[string]string
	names  []string // as they were sent, each once
	twice  string   // a parameter that was given two values, or empty
}

func readQuery(u *url.URL) query {
	q := query{values: map[string]string{}}
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		name, value, _ := strings.Cut(pair, "=")
		q.add(unescaped(name), unescaped(value))
	}
	return q
}

// unescaped returns a text as it is where it can't be unescaped: a misspelt dry run must not turn
// into a write.
func unescaped(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

func (q *query) add(name, value string) {
	folded := wire.Fold(name)
	before, isKnown := q.values[folded]
	switch {
	case !isKnown:
		q.names = append(q.names, name)
		q.values[folded] = value
	case before == "":
		q.values[folded] = value
	case value != "" && value != before && isParameter(name):
		q.twice = name
	}
}

// get returns a query value, composed and without outer blanks; "" when it is absent.
func (q query) get(name string) string {
	return strings.TrimSpace(composed.Text(q.values[wire.Fold(name)]))
}

// email returns an e-mail address. A blank in it is the plus that the sender meant and did not
// escape: no address has a blank.
func (q query) email(name string) string { return strings.ReplaceAll(q.get(name), " ", "+") }

// flag reads a query value that is true or false; absent is false. One that is named without a
// value is neither.
func (q query) flag(name string) (bool, error) {
	value, named := q.values[wire.Fold(name)]
	switch value = strings.ToLower(strings.TrimSpace(value)); {
	case value == "true":
		return true, nil
	case value == "false", !named:
		return false, nil
	default:
		return false, wire.Invalid(name, value, "true or false")
	}
}

// The parameter and the header that keep a call from doing harm. No other API has them, so a name
// near to them can mean nothing else.
const (
	dryRun         = "dryRun"
	idempotencyKey = "Idempotency-Key"
)

// checkParameters refuses what would be passed over in silence: a known parameter with two values,
// dryRun where there is none, and what is nearly the name of a parameter or header of ours. All
// other names are ignored: nobody knows what they are for.
func (c call) checkParameters() error {
	if twice := c.query.twice; twice != "" {
		return wire.Malformed("The parameter '%s' is given twice, with different values.", tickler.Cut(twice))
	}
	value, named := c.query.values[wire.Fold(dryRun)]
	if named && !c.route.dryRun && !strings.EqualFold(strings.TrimSpace(value), "false") {
		return wire.Malformed("'dryRun' is not available for %s: the call would be carried out.", c.route.path)
	}
	for _, name := range c.query.names {
		if !isParameter(name) {
			if err := c.checkName("parameter", name); err != nil {
				return err
			}
		}
	}
	for name := range c.header {
		if !harmlessHeaders[name] && !strings.EqualFold(name, idempotencyKey) {
			if err := c.checkName("header", name); err != nil {
				return err
			}
		}
	}
	return nil
}

// harmlessHeaders are those that nearly every client sends, in their canonical form: to compare
// each with the names of ours took a tenth of a create.
var harmlessHeaders = map[string]bool{
	"Accept": true, "Accept-Encoding": true, "Accept-Language": true, "Cache-Control": true, "Connection": true,
	"Content-Length": true, "Content-Type": true, "Cookie": true, "Origin": true, "Referer": true, "User-Agent": true,
	"X-Forwarded-For": true, "X-Forwarded-Host": true, "X-Forwarded-Proto": true, "X-Request-Id": true,
	"X-Lsq-Accesskey": true, "X-Lsq-Secretkey": true,
}

// checkName refuses an unknown parameter or header whose name is nearly one of ours.
func (c call) checkName(sort, name string) error {
	ours := []struct{ sort, name string }{{"parameter", dryRun}}
	if sort == "parameter" {
		for _, own := range c.route.own {
			ours = append(ours, struct{ sort, name string }{"parameter", own})
		}
	}
	if c.route.once {
		ours = append(ours, struct{ sort, name string }{"header", idempotencyKey})
	}
	for _, own := range ours {
		// What keeps a call from doing harm is meant by longer names too, like X-LSQ-DryRun
		keepsFromHarm := own.name == dryRun || own.name == idempotencyKey
		if isMeant := wire.IsNear(name, own.name) || keepsFromHarm && wire.Holds(name, own.name); !isMeant {
			continue
		}
		meant := fmt.Sprintf("'%s'", own.name)
		if sort != own.sort {
			meant = "the " + own.sort + " " + meant
		}
		return wire.Malformed("Unknown %s '%s'. Did you mean %s?", sort, tickler.Cut(name), meant)
	}
	return nil
}

// parameters are all that calls take in their queries, beside the keys.
var parameters = []string{
	"id", "userId", "leadId", "opportunityId", "emailaddress", "phone", "ColumnName", "ColumnValue",
	"Offset", "RowCount", "PageIndex", "PageSize",
	"format", "note", updateBehavior, dryRun,
}

func isParameter(name string) bool {
	return slices.ContainsFunc(parameters, func(known string) bool { return strings.EqualFold(known, name) })
}
