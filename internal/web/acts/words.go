package acts

import (
	"errors"
	"slices"
	"strings"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/civil"
	"tickler/internal/web/frame"
)

// sentences joins those that say something.
func sentences(all ...string) string {
	return strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), " ")
}

// lateThere says which tasks are overdue where a move has left them, and why.
func lateThere(p *frame.Page, done app.Done) string {
	if done.Act.Deed != tickler.DeedMoved {
		return ""
	}
	today := civil.StartOfDay(p.Now, p.Zone())
	var hourPassed, dayPassed []tickler.Outcome
	for _, o := range done.Outcomes {
		switch t := o.Task(); {
		case t.StatusAt(p.Now) != tickler.StatusOverdue:
		case t.EndAt.Before(today):
			dayPassed = append(dayPassed, o)
		default:
			hourPassed = append(hourPassed, o)
		}
	}
	isOnly := len(done.Outcomes)+len(done.Left) == 1
	return sentences(late(p, hourPassed, isOnly, "hour"), late(p, dayPassed, isOnly, "day"))
}

// late says that tasks are overdue since something of theirs has passed.
func late(p *frame.Page, all []tickler.Outcome, isOnly bool, passed string) string {
	if len(all) == 0 {
		return ""
	}
	before := 0 // so many were overdue before
	noun := ""
	for _, o := range all {
		if o.Before.StatusAt(p.Now) == tickler.StatusOverdue {
			before++
		}
		switch word := strings.ToLower(o.Task().Category.String()); noun {
		case "", word:
			noun = word
		default:
			noun = "task"
		}
	}
	overdue := "overdue"
	switch before {
	case len(all):
		overdue = "still overdue"
	case 0:
		overdue = "overdue now"
	}
	subject, verb, their := frame.Counted(len(all), noun), " are ", "their "
	if len(all) == 1 {
		verb, their = " is ", "its "
	}
	if isOnly {
		subject = "It"
	}
	return subject + verb + overdue + ": " + their + passed + " has passed."
}

// stays says why the only task of an act stays as it is.
func stays(p *frame.Page, left []app.Left, err *tickler.Error) string {
	if len(left) == 1 && left[0].Name != "" {
		return frame.Quoted(left[0].Name) + " stays as it is. " + p.Words(err)
	}
	return p.Words(err)
}

// left says which tasks an act left alone, and why: by name as long as they are few, those with one
// reason together.
func left(p *frame.Page, all []app.Left) string {
	var reasons []string
	byReason := map[string][]app.Left{}
	for _, l := range all {
		reason := reasonOf(p, l)
		if byReason[reason] == nil {
			reasons = append(reasons, reason)
		}
		byReason[reason] = append(byReason[reason], l)
	}
	var texts []string
	for _, reason := range reasons {
		texts = append(texts, names(byReason[reason])+" "+numbered(reason, len(byReason[reason])))
	}
	return sentences(texts...)
}

// reasonOf ends a sentence about what an act left alone: see numbered.
func reasonOf(p *frame.Page, l app.Left) string {
	if e, ok := errors.AsType[*tickler.Error](l.Err); ok {
		switch e.Fact {
		case tickler.FactNoTask:
			return "{is} not there any more."
		case tickler.FactTouchedTask:
			return "{was} changed by somebody since, and {stays}."
		default:
			return "{stays} as {it} {is}. " + p.Words(e)
		}
	}
	fields := make([]string, len(l.Fields))
	for i, f := range l.Fields {
		fields[i] = string(f)
	}
	return "{was} changed by somebody since, so this stays: " + strings.Join(fields, ", ") + "."
}

var (
	one  = strings.NewReplacer("{is}", "is", "{was}", "was", "{stays}", "stays", "{it}", "it")
	many = strings.NewReplacer("{is}", "are", "{was}", "were", "{stays}", "stay", "{it}", "they")
)

// numbered puts the verbs of a sentence into the singular or the plural.
func numbered(sentence string, count int) string {
	if count == 1 {
		return one.Replace(sentence)
	}
	return many.Replace(sentence)
}

// names are those of tasks, as long as they are few.
func names(some []app.Left) string {
	const few = 2
	var quoted []string
	for _, l := range some {
		if l.Name != "" && len(quoted) < few {
			quoted = append(quoted, frame.Quoted(l.Name))
		}
	}
	switch more := len(some) - len(quoted); {
	case more == 0:
		return strings.Join(quoted, " and ")
	case len(quoted) == 0:
		return frame.Counted(more, "task")
	default:
		return strings.Join(quoted, ", ") + " and " + frame.Counted(more, "other")
	}
}
