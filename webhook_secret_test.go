package tickler_test

import (
	"strings"
	"testing"
	"time"

	"tickler"
)

func TestSecretsOverlapForADay(t *testing.T) {
	now := at(t, "2026-11-20 12:00:00")
	first := tickler.WebhookSecrets{}.Rotated("a", now)
	second := first.Rotated("b", now)
	third := second.Rotated("c", now.Add(time.Hour))
	for _, test := range []struct {
		secrets tickler.WebhookSecrets
		at      time.Time
		want    string
	}{
		{first, now, "a"},
		{second, now, "b a"},
		{second, now.Add(24*time.Hour - time.Second), "b a"},
		{second, now.Add(24 * time.Hour), "b"},
		{third, now.Add(time.Hour), "c b"},
	} {
		if got := strings.Join(test.secrets.SigningSecrets(test.at), " "); got != test.want {
			t.Errorf("at %s %+v sign with %s, want %s", test.at, test.secrets, got, test.want)
		}
	}
}
