package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"tickler"
	"tickler/internal/jobs"
)

// enqueueAlarms makes the jobs that mail an alarm, if there is one, to some administrators.
func enqueueAlarms(
	ctx context.Context, tx Tx, s tickler.Subscription, alarm tickler.Alarm, administrators []tickler.User,
	now time.Time,
) error {
	if alarm == tickler.NoAlarm {
		return nil
	}
	all := make([]jobs.New, len(administrators))
	for i, administrator := range administrators {
		all[i] = jobs.New{
			Ref: jobs.Ref{Account: jobs.ID(s.AccountID)}, Kind: tickler.AlarmJob,
			Payload: alarmPayload{alarm, s.ID, administrator.ID}.String(), Due: now, CreatedAt: now,
		}
	}
	return tx.Enqueue(ctx, all...)
}

// AlarmOf reads what an alarm's job is about, for background work; false when the subscription is
// gone. A job that can't be read is [jobs.Dead].
func (a *Hooks) AlarmOf(ctx context.Context, job jobs.Job) (
	s tickler.Subscription, administrator tickler.ID, alarm tickler.Alarm, found bool, err error,
) {
	payload, err := parseAlarmPayload(job.Payload)
	if err != nil {
		return s, administrator, alarm, false, jobs.Dead(err)
	}
	s, found, err = a.store.Subscription(ctx, tickler.ID(job.Account), payload.subscription)
	return s, payload.administrator, payload.alarm, found, err
}

// alarmPayload is the payload of an alarm's job: which alarm, of which subscription, and to whom.
type alarmPayload struct {
	alarm                       tickler.Alarm
	subscription, administrator tickler.ID
}

// String returns the payload as it is stored: three words.
func (p alarmPayload) String() string {
	return fmt.Sprintf("%s %s %s", p.alarm, p.subscription, p.administrator)
}

// parseAlarmPayload reads a payload, also in the previous release's form, a JSON object.
func parseAlarmPayload(text string) (alarmPayload, error) {
	words := strings.Fields(text)
	if strings.HasPrefix(text, "{") {
		var before struct{ Subscription, User, Alarm string }
		if err := json.Unmarshal([]byte(text), &before); err != nil {
			return alarmPayload{}, err
		}
		words = []string{before.Alarm, before.Subscription, before.User}
	}
	if len(words) != 3 {
		return alarmPayload{}, fmt.Errorf("an alarm of %d words", len(words))
	}
	subscription, idErr := tickler.ParseID(words[1])
	administrator, userErr := tickler.ParseID(words[2])
	return alarmPayload{tickler.Alarm(words[0]), subscription, administrator}, errors.Join(idErr, userErr)
}
