package frame

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"

	"tickler"
)

// onceField is the field of the template "once".
const onceField = "once"

// Once has a form carried out once, however often it is sent, as by a double click on a slow line:
// it is to be handed to a use case, which keeps it in the transaction of what it makes. LeadsTo
// says then where to go on: to the page of the first one. The form has to have the template "once".
// What is typed counts too: a form that is changed and sent again is another one.
func (p *Page) Once(leadsTo string) *tickler.Once {
	if p.Form.Value(onceField) == "" { // none of our pages': there is nothing to know it by
		p.Form.Set(onceField, rand.Text())
	}
	hash := sha256.Sum256([]byte(p.Caller.User.ID.String() + p.URL.Path + "?" + p.Form.values.Encode()))
	return &tickler.Once{
		Operation: p.pattern(), Key: hex.EncodeToString(hash[:]), BodyHash: hash,
		Answer: []byte(leadsTo),
	}
}

// LeadsTo is where a form that was carried out once leads.
func LeadsTo(once *tickler.Once) string { return string(once.Answer) }
