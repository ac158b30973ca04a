package requests

import (
	"context"
	"io"

	"tickler/internal/sheet"
	"tickler/internal/web/frame"
)

func (a area) csv(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	return a.report(ctx, p, sheet.CSV)
}

func (a area) xlsx(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	return a.report(ctx, p, sheet.XLSX)
}

func (a area) report(ctx context.Context, p *frame.Page, format sheet.Format) (frame.Answer, error) {
	r, rows, found, err := a.find(ctx, p)
	if err != nil || !found {
		return notFound(), err
	}
	if r.Body, err = a.app.BulkBody(ctx, p.Caller, r); err != nil {
		return frame.Answer{}, err
	}
	columns, table := a.wire.Report(r, rows)
	return frame.File("report-"+r.ID.String()+"."+format.Extension, format.ContentType, func(w io.Writer) error {
		return format.Write(sheet.Table{Columns: columns, Rows: table}, w)
	}), nil
}
