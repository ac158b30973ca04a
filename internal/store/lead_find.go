package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tickler"
	"tickler/internal/address"
	"tickler/internal/store/engine"
	"tickler/internal/words"
)

// Limits of what one search for leads reads.
const (
	maxFindWords = 6
	// maxFindRows is how many rows of a word are read for those that have the other words too.
	maxFindRows = 50_000
	// maxFindCount is how far the rows of each word are counted, to begin with the rarest.
	maxFindCount = 5_000
)

// FindLeads returns up to limit leads that a text describes, as far as somebody has typed it: by the
// beginnings of the words of their name or company, in any order, or by the beginning of their
// e-mail address or phone number. It reports whether there may be more.
func (s *Store) FindLeads(
	ctx context.Context, account tickler.ID, text string, limit int,
) (leads []tickler.Lead, more bool, err error) {
	f := &leadFinding{db: s.engine.Reader(), account: account, limit: limit, seen: map[tickler.ID]bool{}}
	if err := f.find(ctx, leadQueryOf(text)); err != nil {
		return nil, false, err
	}
	found, err := s.LeadsByID(ctx, account, f.ids)
	slices.SortFunc(found, func(a, b tickler.Lead) int { return slices.Index(f.ids, a.ID) - slices.Index(f.ids, b.ID) })
	return found, f.more, err
}

// leadQuery is what a text may say of a lead.
type leadQuery struct {
	email string   // how an address begins
	phone string   // as it was typed, if it may be a number
	words []string // how its words begin, none of them the beginning of another
}

func leadQueryOf(text string) (q leadQuery) {
	text = strings.TrimSpace(text)
	if _, isPhone := tickler.PhoneStart(text); isPhone {
		q.phone = text
	} else if !strings.Contains(text, " ") && !strings.HasPrefix(text, "@") {
		q.email = address.EmailKey(text)
	}
	if strings.Contains(q.email, "@") {
		return q
	}
	all := words.Of(text)
	for i, word := range all {
		all[i] = words.Cut(word, maxWordLetters)
	}
	slices.Sort(all)
	for i, word := range all {
		isBeginning := i+1 < len(all) && strings.HasPrefix(all[i+1], word)
		if !isBeginning && len(q.words) < maxFindWords {
			q.words = append(q.words, word)
		}
	}
	return q
}

// leadFinding collects the leads that a search finds, each once.
type leadFinding struct {
	db      engine.Handle
	account tickler.ID
	limit   int
	ids     []tickler.ID
	seen    map[tickler.ID]bool
	more    bool // than the limit, or than was looked at
}

func (f *leadFinding) find(ctx context.Context, q leadQuery) error {
	if q.phone != "" {
		if err := f.byPhone(ctx, q.phone); err != nil {
			return err
		}
	}
	if len(q.words) > 0 {
		if err := f.byWords(ctx, q.words); err != nil {
			return err
		}
	}
	if q.email == "" {
		return nil
	}
	return f.add(ctx, `SELECT id FROM lead WHERE account_id = $1 AND email_key >= $2 AND email_key < $3
		ORDER BY email_key LIMIT $4`, q.email, words.Above(q.email), f.limit+1)
}

// byPhone adds the leads with a number that begins so, or that is the same, however it is spelled.
func (f *leadFinding) byPhone(ctx context.Context, phone string) error {
	start, _ := tickler.PhoneStart(phone)
	if err := f.byWord(ctx, phoneMark+start); err != nil {
		return err
	}
	rows, err := f.db.QueryContext(ctx, `SELECT auto_id, `+leadColumns+` FROM lead WHERE `+hasTail+` LIMIT $3`,
		idArg(f.account), tickler.PhoneTail(phone), f.limit+1)
	same, err := engine.Collect(rows, err, scanLead)
	for _, l := range same {
		if l.PhoneMatch(phone) > 0 {
			f.take(l.ID)
		}
	}
	return err
}

// byWord adds the leads with a word that begins so.
func (f *leadFinding) byWord(ctx context.Context, word string) error {
	// A lead may have several such words: two of three letters begin as "an" in "Anna Andersen".
	return f.add(ctx, `SELECT lead_id FROM lead_word WHERE account_id = $1 AND words >= $2 AND words < $3
		ORDER BY words, lead_id LIMIT $4`, word, words.Above(word), 2*f.limit+1)
}

// byWords adds the leads that have words which begin so: it reads the rows of the rarest of them.
func (f *leadFinding) byWords(ctx context.Context, all []string) error {
	if len(all) == 1 {
		return f.byWord(ctx, all[0])
	}
	rarest, count, err := f.rarest(ctx, all)
	if err != nil {
		return err
	}
	args := []any{rarest, words.Above(rarest), maxFindRows}
	var conditions []string
	for _, word := range all {
		if word != rarest {
			args = append(args, "% "+word+"%") // words have no % and no _
			conditions = append(conditions, fmt.Sprintf(`words LIKE $%d`, len(args)+1))
		}
	}
	args = append(args, 2*f.limit+1)
	before := len(f.ids)
	const inRange = ` FROM lead_word WHERE account_id = $1 AND words >= $2 AND words < $3 ORDER BY words, lead_id`
	err = f.add(ctx, `SELECT lead_id FROM (SELECT lead_id, words`+inRange+` LIMIT $4) AS found
		WHERE `+strings.Join(conditions, ` AND `)+fmt.Sprintf(` LIMIT $%d`, len(args)+1), args...)
	if err != nil || f.more || count <= maxFindCount || len(f.ids)-before >= f.limit {
		return err
	}
	return f.lookBeyond(ctx, `SELECT 1`+inRange+` LIMIT 1 OFFSET $4`, args[:3]...)
}

// rarest returns the word with the fewest rows, which are counted up to maxFindCount and one more.
func (f *leadFinding) rarest(ctx context.Context, all []string) (rarest string, fewest int, err error) {
	for _, word := range all {
		var count int
		err := f.db.QueryRowContext(ctx, `SELECT count(*) FROM (
			SELECT 1 FROM lead_word WHERE account_id = $1 AND words >= $2 AND words < $3 LIMIT $4) AS counted`,
			idArg(f.account), word, words.Above(word), maxFindCount+1).Scan(&count)
		if err != nil {
			return "", 0, engine.Classify(err)
		}
		isRarer := count < fewest || count == fewest && len(word) > len(rarest)
		if rarest == "" || isRarer {
			rarest, fewest = word, count
		}
	}
	return rarest, fewest, nil
}

// lookBeyond notes whether there are rows beyond those that were read.
func (f *leadFinding) lookBeyond(ctx context.Context, query string, args ...any) error {
	rows, err := f.db.QueryContext(ctx, query, append([]any{idArg(f.account)}, args...)...)
	beyond, err := engine.Collect(rows, err, func(row engine.Row) (one int, err error) { return one, row.Scan(&one) })
	f.more = f.more || len(beyond) > 0
	return err
}

// add adds the leads whose ids a query returns, until the limit. Its first argument is the account.
func (f *leadFinding) add(ctx context.Context, query string, args ...any) error {
	rows, err := f.db.QueryContext(ctx, query, append([]any{idArg(f.account)}, args...)...)
	ids, err := engine.Collect(rows, err, func(row engine.Row) (id tickler.ID, err error) {
		return id, row.Scan(idColumn{&id})
	})
	for _, id := range ids {
		f.take(id)
	}
	if most, isLimit := args[len(args)-1].(int); isLimit && len(ids) >= most {
		f.more = true
	}
	return err
}

func (f *leadFinding) take(id tickler.ID) {
	switch {
	case f.seen[id]:
	case len(f.ids) == f.limit:
		f.more = true
	default:
		f.seen[id] = true
		f.ids = append(f.ids, id)
	}
}
