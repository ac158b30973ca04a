package requests

import (
	"context"

	"tickler"
	"tickler/internal/web/frame"
)

// resendPage is the editor for rows that failed.
type resendPage struct {
	Request tickler.BulkRequest
	Form    frame.Form
	Failed  []tickler.BulkRow // what was wrong with them
}

// mend shows the rows that failed, or were not run, to be fixed and sent again.
func (a area) mend(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	r, rows, found, err := a.find(ctx, p)
	if err != nil || !found || r.Operation != tickler.BulkCreate {
		return notFound(), err
	}
	sent, err := a.app.BulkBody(ctx, p.Caller, r)
	if err != nil {
		return frame.Answer{}, err
	}
	failed := map[int]bool{}
	for _, row := range rows {
		failed[row.Number] = row.State != tickler.RowSucceeded
	}
	body := a.wire.Rows(sent, func(number int) bool { return failed[number] })
	return frame.Show("resend", "Send the failed rows again",
		resendPage{r, frame.Filled("body", string(body)), faults(rows)}), nil
}

func faults(rows []tickler.BulkRow) (failed []tickler.BulkRow) {
	for _, row := range rows {
		if row.State == tickler.RowFailed {
			failed = append(failed, row)
		}
	}
	return failed
}

// resend sends the fixed rows as a new request.
func (a area) resend(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	r, rows, found, err := a.find(ctx, p)
	if err != nil || !found || r.Operation != tickler.BulkCreate {
		return notFound(), err
	}
	submission, err := a.wire.Submission([]byte(p.Form.Value("body")))
	submission.SourceID = r.ID
	once := onceTo(p)
	if err == nil {
		_, err = a.app.SubmitBulk(ctx, p.Caller, submission, once)
	}
	if fault := a.wire.Fault(err); fault != nil &&
		(fault.Kind == tickler.KindInvalid || fault.Kind == tickler.KindMissing) {
		p.Form.Mark("body", fault.Message) // in the words of what was edited
		return frame.Refuse("resend", "Send the failed rows again", resendPage{r, p.Form, faults(rows)}), nil
	}
	if err != nil {
		return frame.Answer{}, err
	}
	p.Confirm("A new request sends " + frame.Counted(submission.Rows, "row") + " again.")
	return frame.Redirect(frame.LeadsTo(once.Once)), nil
}
