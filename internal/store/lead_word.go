package store

import (
	"context"
	"slices"
	"strings"

	"tickler"
	"tickler/internal/store/engine"
	"tickler/internal/words"
)

// Limits of what a lead is found by.
const (
	maxNameWords    = 6
	maxCompanyWords = 4
	maxWordLetters  = 40
	maxWordEnds     = 8 // of a word in a script without blanks
)

// phoneMark stands before the digits of a phone number, which no word begins with.
const phoneMark = "+"

// wordsOfLead returns what a lead is found by, as its row keeps it: the words of its name, those of its
// company, and how its phone numbers begin.
func wordsOfLead(l tickler.Lead) string {
	names := words.Of(l.FirstName + " " + l.LastName)
	if slices.ContainsFunc(names, words.IsUnspaced) && l.FirstName != "" && l.LastName != "" {
		names = append(names, words.Of(l.LastName+l.FirstName)...) // written as one word, the last name first
	}
	company := words.Of(l.Company())
	all := slices.Concat(names[:min(len(names), maxNameWords)], company[:min(len(company), maxCompanyWords)])
	for i := range all {
		all[i] = words.Cut(all[i], maxWordLetters)
	}
	for _, phone := range []string{l.Phone, l.Mobile()} {
		for _, start := range tickler.PhoneStarts(phone) {
			all = append(all, phoneMark+words.Cut(start, maxWordLetters))
		}
	}
	var once []string
	for _, word := range all {
		if !slices.Contains(once, word) {
			once = append(once, word)
		}
	}
	return strings.Join(once, " ")
}

// wordRows returns the rows by which a lead with these words is found: each word with the others
// behind it, so that one range of the index has all leads of a word, and each row tells whether the
// lead has further words too.
func wordRows(leadWords string) (rows []string) {
	var plain []string
	for _, word := range strings.Fields(leadWords) {
		if strings.HasPrefix(word, phoneMark) {
			rows = append(rows, word)
		} else {
			plain = append(plain, word)
		}
	}
	for i, word := range plain {
		starts := []string{word}
		if words.IsUnspaced(word) {
			starts = words.Ends(word, maxWordEnds)
		}
		others := strings.Join(slices.Concat(plain[:i], plain[i+1:]), " ")
		for _, start := range starts {
			rows = append(rows, strings.TrimSpace(start+" "+others))
		}
	}
	slices.Sort(rows)
	return slices.Compact(rows)
}

// putWords writes the rows by which a lead is found. Before is what its row had of them.
func (tx *Tx) putWords(ctx context.Context, l tickler.Lead, before string) error {
	old, rows := wordRows(before), wordRows(wordsOfLead(l))
	for _, row := range old {
		if slices.Contains(rows, row) {
			continue
		}
		_, err := tx.db.ExecContext(ctx, `DELETE FROM lead_word WHERE account_id = $1 AND words = $2 AND lead_id = $3`,
			idArg(l.AccountID), row, idArg(l.ID))
		if err != nil {
			return err
		}
	}
	var added [][]any
	for _, row := range rows {
		if !slices.Contains(old, row) {
			added = append(added, []any{idArg(l.AccountID), row, idArg(l.ID)})
		}
	}
	return tx.dialect.InsertAll(ctx, tx.db, `lead_word (account_id, words, lead_id)`, added)
}

// WordLeads renews what leads are found by, where a node wrote them that knows nothing of it, and
// returns how many there were. It takes up to limit of them.
func (s *Store) WordLeads(ctx context.Context, limit int) (done int, err error) {
	return engine.Written(ctx, s.write, func(ctx context.Context, db engine.Handle) (int, error) {
		tx := &Tx{db: db, dialect: s.dialect()}
		old := map[tickler.ID]string{}
		rows, err := db.QueryContext(ctx, `SELECT auto_id, `+leadColumns+`, words FROM lead
			WHERE worded_at IS DISTINCT FROM modified_at ORDER BY modified_at LIMIT $1`+tx.dialect.SkipLocked, limit)
		leads, err := engine.Collect(rows, err, func(row engine.Row) (l tickler.Lead, err error) {
			var words string
			l, err = scanLead(and{row, &words})
			old[l.ID] = words
			return l, err
		})
		if err != nil {
			return 0, err
		}
		for _, l := range leads {
			if err := tx.putWords(ctx, l, old[l.ID]); err != nil {
				return 0, err
			}
			_, err := db.ExecContext(ctx,
				`UPDATE lead SET words = $1, worded_at = modified_at WHERE account_id = $2 AND id = $3`,
				wordsOfLead(l), idArg(l.AccountID), idArg(l.ID))
			if err != nil {
				return 0, err
			}
		}
		return len(leads), nil
	})
}

// and is a row with one more column after those that are asked of it.
type and struct {
	engine.Row
	more any
}

func (a and) Scan(into ...any) error { return a.Row.Scan(append(into, a.more)...) }
