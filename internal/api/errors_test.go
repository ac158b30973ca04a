package api

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler"
	"tickler/internal/api/wire"
)

// Every kind of error has its row in the contract's tables, and no two rows are the same.
func TestEveryKindHasAFailure(t *testing.T) {
	seen := map[string]tickler.Kind{}
	for kind := tickler.KindInvalid; kind <= tickler.KindUnavailable; kind++ {
		f, ok := failureOf[kind]
		if other, taken := seen[f.typ]; !ok || taken {
			t.Errorf("kind %d: %v, also of kind %d", kind, f, other)
		}
		seen[f.typ] = kind
	}
}

func TestFailed(t *testing.T) {
	for name, c := range map[string]struct {
		err    error
		status int
		body   errorBody
		retry  string
	}{
		"a mistake": {
			wire.Invalid("Name", "x", "another"), 400,
			errorBody{"Error", "MXInvalidInputException", "'Name' has the invalid value 'x'. Expected another."},
			"",
		},
		"a value of which only the beginning is repeated": {
			wire.Invalid("Name", strings.Repeat("é", 101), "less"), 400,
			errorBody{"Error", "MXInvalidInputException", "'Name' has the invalid value '" + strings.Repeat("é", 100) + "…'. Expected less."},
			"",
		},
		"a fact": {
			tickler.Refuse(tickler.FactEndsBeforeStart, tickler.FieldEnd, time.Unix(0, 0), tickler.FieldDue, time.Unix(60, 0)), 400,
			errorBody{"Error", "MXInvalidInputException", "'EndDate' has the invalid value '1970-01-01 00:00:00'. Expected DueDate (1970-01-01 00:01:00) or later."},
			"",
		},
		"a fact that quotes a caller's braces": {
			tickler.Refuse(tickler.FactTooLong, tickler.FieldName, "{1}", 2, 3), 400,
			errorBody{"Error", "MXInvalidInputException", "'Name' has the invalid value '{1}'. Expected at most 2 characters, not 3."},
			"",
		},
		"forbidden, wrapped": {
			fmt.Errorf("changing: %w", tickler.Refuse(tickler.FactMayNotAddUsers, "", nil)), 403,
			errorBody{"Error", "MXUnAuthorizedAccessException", "Only administrators may add users."},
			"",
		},
		"unavailable, with what the caller must not see": {
			tickler.Unavailable(1001*time.Millisecond, errors.New("disk full")), 503,
			errorBody{"Error", "MXServiceUnavailableException", "The service is not available right now. Try again later, and what matters with an Idempotency-Key."},
			"2",
		},
		"too much that waits": {
			tickler.TooManyBulkRequests(), 503,
			errorBody{
				"Error", "MXServiceUnavailableException",
				"1000 bulk requests of the account are queued or running: no more are taken until some have ended. Try again later.",
			},
			"10",
		},
		"our fault": {
			errors.New("constraint failed"), 500,
			errorBody{"Error", "MXInternalServerException", "The API call failed by a fault of ours. Quote the request id 7f1c when you report it."},
			"",
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := failed(c.err, "7f1c")
			if diff := cmp.Diff(c.body, readError(wire.Marshal(a.body))); diff != "" || a.status != c.status || a.header["Retry-After"] != c.retry {
				t.Errorf("%d %s (-want +got):\n%s", a.status, a.header, diff)
			}
		})
	}
}

// Only mistakes are answered like the live service, and only for accounts that ask for it.
func TestLikeTheLiveService(t *testing.T) {
	for kind, f := range failureOf {
		want := f.status
		if want == http.StatusBadRequest {
			want = http.StatusInternalServerError
		}
		if got := f.answer("").likeTheLiveService(true).status; got != want {
			t.Errorf("kind %d: %d, want %d", kind, got, want)
		}
		if got := f.answer("").likeTheLiveService(false).status; got != f.status {
			t.Errorf("kind %d, not asked for: %d", kind, got)
		}
	}
}
