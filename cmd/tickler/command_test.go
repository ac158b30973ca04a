package main

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickler/client"
	"tickler/internal/api/apitest"
	"tickler/internal/clock/clocktest"
	"tickler/internal/pgtest"
)

var (
	anyID  = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	anyKey = regexp.MustCompile(`\b([A-Z2-7]{52}|[A-Z2-7]{26})\b`)
)

// masked replaces each id with <id>, and each key, secret and generated password with <key>.
func masked(text string) string {
	return anyKey.ReplaceAllString(anyID.ReplaceAllString(text, "<id>"), "<key>")
}

func wantText(t *testing.T, want, got string) {
	t.Helper()
	if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), masked(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestInit(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		made := at.facts(t, "init --email Ada@example.com --password correct-horse --time-zone Asia/Kolkata --rate-limit 3/2s")
		want := map[string]string{
			"accountId": "<id>", "userId": "<id>", "email": "Ada@example.com", "password": "correct-horse", "accessKey": "<key>", "secretKey": "<key>",
		}
		for name, value := range made {
			made[name] = masked(value)
		}
		if diff := cmp.Diff(want, made); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		r := command(t, append([]string{"init", "--email=ADA@example.com"}, at...)...)
		if want := "A user has this e-mail address already."; r.err == nil || r.err.Error() != want {
			t.Errorf("a second time: %v\nwant: %s", r.err, want)
		}
		wantText(t, `

An account is set up. Its password and keys are shown only this once; only hashes are kept.

  Sign in      eve@example.com at https://tasks.example.com/
  Password     <key>
  Access key   <key>
  Secret key   <key>

Your first to-do:

  curl 'https://tasks.example.com/v2/Task.svc/Create' \
    -H 'x-LSQ-AccessKey: <key>' \
    -H 'x-LSQ-SecretKey: <key>' \
    -H 'Content-Type: application/json' \
    -d '{"Name": "Call Ada back", "TaskType": {"Name": "To-Do"}}'

`, at.do(t, "init --email eve@example.com --public-url https://tasks.example.com"))
		wantText(t, `
ID                                     TIMEZONE       RATELIMIT   LEGACYERRORSTATUS   CREATEDON
<id>   Asia/Kolkata   3/2s        false               2026-03-01 12:00:00
<id>   UTC            25/5s       false               2026-03-01 12:00:00
`, at.do(t, "account list"))
	})
}

// An operator's first hour, with what each command prints.
func TestCommands(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		at.setUp(t)
		for _, step := range []struct {
			words string
			args  []string
			want  string
		}{
			{"user add boss@example.com --first-name Bo --last-name Boss", nil, "Added boss@example.com with the id <id>.\n"},
			{"user add sel@example.com --role Marketing_User --manager BOSS@example.com --time-zone Asia/Kolkata", nil, "Added sel@example.com with the id <id>.\n"},
			{"user list", nil, `
ID                                     EMAIL               NAME              ROLE             MANAGER            ACTIVE
<id>   admin@example.com   Admin             Administrator                       true
<id>   boss@example.com    Bo Boss           Sales_User                          true
<id>   sel@example.com     sel@example.com   Marketing_User   boss@example.com   true
`},
			{"user deactivate sel@example.com", nil, "Deactivated sel@example.com.\n"},
			{"user list --json", nil, `
[
  {
    "active": true,
    "email": "admin@example.com",
    "id": "<id>",
    "manager": "",
    "name": "Admin",
    "role": "Administrator"
  },
  {
    "active": true,
    "email": "boss@example.com",
    "id": "<id>",
    "manager": "",
    "name": "Bo Boss",
    "role": "Sales_User"
  },
  {
    "active": false,
    "email": "sel@example.com",
    "id": "<id>",
    "manager": "boss@example.com",
    "name": "sel@example.com",
    "role": "Marketing_User"
  }
]
`},
			{"user activate sel@example.com", nil, "Activated sel@example.com.\n"},
			{"key list", nil, `
ACCESSKEY                    USER                CREATEDON             LASTUSEDON   REVOKEDON
<key>   admin@example.com   2026-03-01 12:00:00                
`},
			{"key create boss@example.com", nil, "Access key   <key>\nSecret key   <key>\n"},
			{"task-type add", []string{"Site Visit", "--category=appointment", "--default-duration=1h30m", "--color=#00ff00"}, "Added the appointment type 'Site Visit' with the id <id>.\n"},
			{"task-type next", []string{"Meeting", "site visit", "--after-days=3"}, "After 'Meeting' comes 'Site Visit', 3 days later.\n"},
			{"task-type next", []string{"Meeting", "-"}, "'Meeting' has no rule for its next step.\n"},
			{"task-type add", []string{"Survey", "--default", "--field=Dropdown!:City:Pune|New Delhi, India", "--field=Number:Floor"}, "Added the to-do type 'Survey' with the id <id>.\n"},
			{"task-type list", nil, `
ID                                     NAME                  CATEGORY      COLOR     DEFAULTDURATION   DEFAULT   FIELDS
<id>   Meeting               appointment   #F8BBD0   30 min            false     mx_Custom_1 (String)
<id>   Phone Call            appointment   #B3E5FC   30 min            false     
<id>   Follow-Up             appointment   #C8E6C9   30 min            false     
<id>   To-Do                 to-do         #FFE0B2                     false     
<id>   Document Collection   to-do         #D1C4E9                     false     mx_Custom_1 (String)
<id>   Revive Old Lead       to-do         #FFF9C4                     false     
<id>   Site Visit            appointment   #00ff00   90 min            false     
<id>   Survey                to-do         #CFD8DC                     true      mx_Custom_1 (Dropdown), mx_Custom_2 (Number)
`},
			{"lead add --first-name Lea --phone +91-1", nil, "Added the lead with the id <id>.\n"},
			{"account set", nil, "Account <id>: time zone UTC, rate limit 25/5s, legacy error status false.\n"},
			{
				"account set --time-zone Asia/Kolkata --rate-limit off --legacy-error-status", nil,
				"Account <id>: time zone Asia/Kolkata, rate limit off, legacy error status true.\n",
			},
			{"account set --no-legacy-error-status --json", nil, `
{
  "accountId": "<id>",
  "legacyErrorStatus": false,
  "rateLimit": "off",
  "timeZone": "Asia/Kolkata"
}
`},
			{"account list", nil, `
ID                                     TIMEZONE       RATELIMIT   LEGACYERRORSTATUS   CREATEDON
<id>   Asia/Kolkata   off         false               2026-03-01 12:00:00
`},
			{"migrate", nil, "The database is up to date.\n"},
		} {
			t.Run(step.words, func(t *testing.T) { wantText(t, step.want, at.do(t, step.words, step.args...)) })
		}
	})
}

// Each command's JSON has what the next one needs.
func TestCommandsInAScript(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		first := at.facts(t, "init")["accountId"]
		second := at.facts(t, "init --email second@example.com")["accountId"]
		in := func(account string) []string { return []string{"--account", account} }
		for rep, account := range map[string]string{"rep@example.com": first, "rep2@example.com": second} {
			user := at.facts(t, "user add "+rep, in(account)...)
			made := at.facts(t, "key create "+rep, in(account)...)
			if user["userId"] == "" || user["email"] != rep || made["userId"] != user["userId"] || made["secretKey"] == "" {
				t.Errorf("the user is %v, their key %v", user, made)
			}
			lead := at.facts(t, "lead add --email lea@example.com", in(account)...)
			if deal := at.facts(t, "opportunity add "+lead["leadId"]+" Deal", in(account)...); !anyID.MatchString(deal["opportunityId"]) {
				t.Errorf("the opportunity is %v", deal)
			}
			if taskType := at.facts(t, "task-type add Survey", in(account)...); !anyID.MatchString(taskType["taskTypeId"]) || taskType["name"] != "Survey" {
				t.Errorf("the task type is %v", taskType)
			}
			if revoked := at.facts(t, "key revoke "+made["accessKey"], in(account)...); revoked["accessKey"] != made["accessKey"] {
				t.Errorf("revoked %v", revoked)
			}
			keys := at.rows(t, "key list", in(account)...)
			for _, k := range keys {
				wantRevoked := ""
				if k["accessKey"] == made["accessKey"] {
					wantRevoked = "2026-03-01T12:00:00Z"
				}
				if len(keys) != 2 || k["revokedOn"] != wantRevoked {
					t.Errorf("the keys are %v", keys)
				}
			}
			if gone := at.facts(t, "user deactivate "+rep, in(account)...); gone["userId"] != user["userId"] {
				t.Errorf("deactivated %v", gone)
			}
			if set := at.facts(t, "account set", in(account)...); set["accountId"] != account {
				t.Errorf("set %v", set)
			}
			if types := at.rows(t, "task-type list", in(account)...); len(types) != 7 {
				t.Errorf("the task types are %v", types)
			}
		}
		if accounts := at.rows(t, "account list"); len(accounts) != 2 || accounts[0]["id"] != first || accounts[1]["id"] != second {
			t.Errorf("the accounts are %v", accounts)
		}
	})
}

// What looks the same is the same, however its accents are typed, at the command line and by the API.
func TestAccentsAtTheCommandLine(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		made := at.setUp(t)
		at.do(t, "task-type add", "Cafe\u0301", "--field", "Dropdown:E\u0301tage:Rene\u0301|Zoe\u0308")
		r := command(t, append([]string{"task-type", "add", "CAF\u00c9"}, at...)...)
		if want := "A task type has this name already."; r.err == nil || r.err.Error() != want {
			t.Errorf("a second one: %v, want %s", r.err, want)
		}
		at.do(t, "user add", "jo\u0308rg@exa\u0308mple.com", "--first-name", "Jo\u0308rg", "--last-name", "Gro\u0308n")
		lead := at.facts(t, "lead add", "--first-name", "Rene\u0301", "--email", "rene\u0301@example.com")["leadId"]
		at.do(t, "opportunity add", lead, "Cre\u0300me")
		s := at.serve(t)
		s.keys = made
		for path, want := range map[string]string{
			"/v2/Task.svc/RetrieveTaskType?ColumnName=TaskTypeName&ColumnValue=caf%C3%A9":                 "\"Options\":[\"Ren\u00e9\",\"Zo\u00eb\"]",
			"/v2/UserManagement.svc/User/Retrieve/ByEmailAddress?emailAddress=j%C3%B6rg@ex%C3%A4mple.com": "\"FirstName\":\"J\u00f6rg\",\"LastName\":\"Gr\u00f6n\"",
			"/v2/LeadManagement.svc/Leads.GetById?id=" + lead:                                             "\"FirstName\":\"Ren\u00e9\"",
		} {
			if r := s.call(http.MethodGet, path, ""); !strings.Contains(r.Body, want) {
				t.Errorf("%s: %s", path, r.Body)
			}
		}
	})
}

func TestMistakesAtTheCommandLine(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		at.setUp(t)
		at.do(t, "user add rep@example.com")
		at.do(t, "lead add --email lea@example.com")
		const nobody = "01a1ffaa-f17b-701c-9c70-1d8bd5e43cad"
		for _, test := range []struct {
			words string
			args  []string
			want  string
		}{
			{"user add", nil, `expected "<email>"`},
			{"user add rep", nil, "“rep” isn't a valid e-mail address. Expected one like mia@example.com."},
			{"user add REP@example.com", nil, "A user has this e-mail address already."},
			{"user add x@example.com --first-name \u200b", nil, "The first name can't be '\u200b'. Expected a text of which something can be seen."},
			{"user add x@example.com --role Chief", nil, "The role can't be 'Chief'. Expected Administrator, Marketing_User or Sales_User."},
			{"user add x@example.com --manager vir@example.com", nil, "There is no user 'vir@example.com'."},
			{"user add x@example.com --time-zone Mars", nil, "The time zone can't be 'Mars'. Expected a time zone's name, like Asia/Kolkata or UTC."},
			{"user add x@example.com --password short", nil, "A password needs at least 8 characters."},
			{"user deactivate vir@example.com", nil, "There is no user 'vir@example.com'."},
			{"user deactivate admin@example.com", nil, "admin@example.com is the account's only active administrator. Add another one first."},
			{"key create vir@example.com", nil, "There is no user 'vir@example.com'."},
			{"key revoke ABC", nil, "There is no access key 'ABC'."},
			{"task-type add to-do", nil, "A task type has this name already."},
			{"task-type add x --category lunch", nil, `--category must be one of "appointment","to-do" but got "lunch"`},
			{"task-type next x Meeting", nil, "There is no task type 'x'."},
			{"task-type next Meeting Meeting --after-days 400", nil, "The days until the next step can't be '400'. Expected a whole number from 0 to 365."},
			{"task-type add x --color red", nil, "The color can't be 'red'. Expected a color like #F8BBD0."},
			{"task-type add x --category appointment --default-duration 90s", nil, "The default duration can't be '1m30s'. Expected 1 to 10080 whole minutes for an appointment."},
			{"task-type add x --field Colour:Paint", nil, "--field can't be 'Colour:Paint': it takes a data type first, one of String, Number, Boolean, Date, DateTime, Dropdown, MultiSelect, Email, Lookup, Phone, Url"},
			{"task-type add x --field Dropdown:City", nil, "A field of the data type Dropdown needs options."},
			{"lead add", nil, "A lead needs a first name, a last name, an e-mail address or a phone number."},
			{"lead add --email LEA@example.com", nil, "A lead has this e-mail address already."},
			{"opportunity add 1 Deal", nil, "lead can't be '1': it takes a GUID"},
			{"opportunity add", []string{nobody, "Deal"}, "There is no lead '" + nobody + "'."},
			{"account set --time-zone Local", nil, "The time zone can't be 'Local'. Expected a time zone's name, like Asia/Kolkata or UTC."},
			{"account set --rate-limit 25", nil, "The rate limit can't be '25'. Expected calls and seconds, like 25/5s, or off."},
			{"account set --account 1", nil, "--account can't be '1': it takes a GUID"},
			{"account set", []string{"--account", nobody}, "There is no account '" + nobody + "'."},
			{"init --email x@example.com --password short", nil, "A password needs at least 8 characters."},
			{"init --email x", nil, "“x” isn't a valid e-mail address. Expected one like mia@example.com."},
			{"init --time-zone Mars", nil, "The time zone can't be 'Mars'. Expected a time zone's name, like Asia/Kolkata or UTC."},
			{"init --rate-limit 0/0s", nil, "The rate limit can't be '0/0s'. Expected calls and seconds, like 25/5s, or off."},
			{"account set --time-zone UTC --time-zone Asia/Kolkata", nil, "--time-zone is given twice"},
			{"lead add --email a@example.com --email b@example.com", nil, "--email is given twice"},
			{"make-coffee", nil, "unexpected argument make-coffee"},
			{"user list --colour", nil, "unknown flag --colour"},
		} {
			t.Run(test.words, func(t *testing.T) {
				r := command(t, append(append(strings.Fields(test.words), test.args...), at...)...)
				if r.err == nil || r.err.Error() != test.want {
					t.Errorf("got  %v\nwant %s", r.err, test.want)
				}
				if r.stdout != "" {
					t.Errorf("it prints %s", r.stdout)
				}
			})
		}
		at.do(t, "init --email second@example.com")
		r := command(t, append([]string{"user", "list"}, at...)...)
		if want := "there are 2 accounts: say which one with --account"; r.err == nil || r.err.Error() != want {
			t.Errorf("got  %v\nwant %s", r.err, want)
		}
		if users := at.rows(t, "user list", "--account", at.rows(t, "account list")[0]["id"]); len(users) != 2 {
			t.Errorf("the mistakes have made users: %v", users)
		}
	})
}

// needDatabase are the commands that need an existing database.
var needDatabase = []string{
	"account set", "account list", "user add x@example.com", "user list", "user deactivate x@example.com", "key create x@example.com", "key list",
	"key revoke ABC", "task-type add x", "task-type list", "lead add --phone 1", "opportunity add 01a1ffaa-f17b-701c-9c70-1d8bd5e43cad x",
}

func TestCommandsWithoutADatabase(t *testing.T) {
	t.Parallel()
	at := noFolder(t)
	for _, words := range needDatabase {
		r := command(t, append(strings.Fields(words), at...)...)
		if want := "there is no database in " + at[1] + ": run 'tickler init' first, or give another --data"; r.err == nil || r.err.Error() != want {
			t.Errorf("%s: %v\nwant: %s", words, r.err, want)
		}
	}
	if _, err := os.Stat(at[1]); !os.IsNotExist(err) {
		t.Errorf("the data folder was made: %v", err)
	}
}

func TestCommandsOnAnEmptyDatabase(t *testing.T) {
	fromNothing(t, func(t *testing.T, at place) {
		if at[0] == "--data" {
			if err := os.Mkdir(at[1], 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(at[1], "tickler.db"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for _, words := range needDatabase {
			r := command(t, append(strings.Fields(words), at...)...)
			if want := "the database is not up to date: run 'tickler migrate' first"; r.err == nil || r.err.Error() != want {
				t.Errorf("%s: %v\nwant: %s", words, r.err, want)
			}
		}
		if printed := at.do(t, "migrate"); !strings.HasPrefix(printed, "Migrated: 00001_start.sql") {
			t.Errorf("migrate prints %s", printed)
		}
		for _, words := range needDatabase {
			if words == "account list" {
				continue
			}
			r := command(t, append(strings.Fields(words), at...)...)
			if want := "there is no account: run 'tickler init' first"; r.err == nil || r.err.Error() != want {
				t.Errorf("%s: %v\nwant: %s", words, r.err, want)
			}
		}
		if accounts := at.rows(t, "account list"); len(accounts) != 0 {
			t.Errorf("the accounts are %v", accounts)
		}
	})
}

func TestMigrateMakesTheDataFolder(t *testing.T) {
	t.Parallel()
	at := folder(t)
	at.do(t, "migrate")
	at.setUp(t)
}

func TestADatabaseThatCannotBeReached(t *testing.T) {
	t.Parallel()
	for _, words := range []string{"init", "migrate", "user list", "serve --listen=127.0.0.1:0"} {
		r := command(t, append(strings.Fields(words), "--database-url", "postgres://tickler@127.0.0.1:1/tickler?sslmode=disable")...)
		if r.err == nil || !strings.HasPrefix(r.err.Error(), "connecting to Postgres at 127.0.0.1: ") {
			t.Errorf("%s: %v", words, r.err)
		}
		r = command(t, append(strings.Fields(words), "--database-url", "host=localhost password=hunter2")...)
		if want := "could not read the database URL: expected postgres://user:password@host:5432/name"; r.err == nil || r.err.Error() != want {
			t.Errorf("%s: %v\nwant: %s", words, r.err, want)
		}
	}
}

func TestHelpAndVersion(t *testing.T) {
	t.Parallel()
	if r := command(t, "version"); r.err != nil || r.stdout != "tickler dev\n" {
		t.Errorf("version: %+v", r)
	}
	for _, args := range [][]string{{}, {"--help"}, {"serve", "--help"}, {"user", "add", "--help"}} {
		if r := command(t, args...); r.err != nil || !strings.HasPrefix(r.stdout, "Usage: tickler ") || r.stderr != "" {
			t.Errorf("%v: %+v", args, r)
		}
	}
	help := command(t, "serve", "--help").stdout
	for _, flag := range []string{
		"--listen", "--data", "--database-url", "--public-url", "--trusted-proxies", "--log-format", "--config",
	} {
		if variable := "$TICKLER_" + strings.ToUpper(strings.ReplaceAll(flag[2:], "-", "_")); !strings.Contains(help, flag) || !strings.Contains(help, variable) {
			t.Errorf("the help lacks %s or %s: %s", flag, variable, help)
		}
	}
}

func TestSecretsInFlagsWarn(t *testing.T) {
	t.Parallel()
	warning := func(variable string) string {
		return "tickler: warning: --password shows a secret to everybody on this machine. Use " + variable + " or " + variable + "_FILE.\n"
	}
	at := folder(t)
	if r := command(t, append([]string{"init", "--password=correct-horse"}, at...)...); r.err != nil || r.stderr != warning("TICKLER_PASSWORD") {
		t.Errorf("init: %v, %s", r.err, r.stderr)
	}
	if r := command(t, append([]string{"user", "add", "x@example.com", "--password", "correct-horse"}, at...)...); r.err != nil || r.stderr != warning("TICKLER_USER_PASSWORD") {
		t.Errorf("user add: %v, %s", r.err, r.stderr)
	}
	if r := command(t, append([]string{"user", "list"}, at...)...); r.err != nil || r.stderr != "" {
		t.Errorf("user list: %v, %s", r.err, r.stderr)
	}
	for url, warns := range map[string]bool{
		"postgres://u:hunter2@127.0.0.1:1/d":              true,
		"postgresql://127.0.0.1:1/d?password=hunter2":     true,
		"postgres:///d?host=/nowhere&password=hunter2":    true,
		"postgres://u@127.0.0.1:1/d?sslmode=disable":      false,
		"postgres:///d?host=/nowhere":                     false,
		"host=127.0.0.1 port=1 user=u password='hunter2'": true,
	} {
		r := command(t, "user", "list", "--database-url", url)
		if r.err == nil || strings.Contains(r.err.Error(), "hunter2") {
			t.Errorf("%s: %v", url, r.err)
		}
		if got := strings.Contains(r.stderr, "TICKLER_DATABASE_URL_FILE"); got != warns || strings.Contains(r.stderr, "hunter2") {
			t.Errorf("%s: %s", url, r.stderr)
		}
	}
}

// Whatever a flag can set, variables and files can set too. These tests can't run in parallel:
// there is only one environment.

func TestVariables(t *testing.T) {
	at := folder(t)
	t.Setenv("TICKLER_DATA", at[1])
	t.Setenv("TICKLER_PASSWORD", "correct-horse")
	t.Setenv("TICKLER_TIME_ZONE", "Asia/Kolkata")
	t.Setenv("TICKLER_JSON", "true")
	r := command(t, "init")
	if r.err != nil || r.stderr != "" {
		t.Fatalf("init: %v, %s", r.err, r.stderr)
	}
	var made map[string]string
	decode(t, r.stdout, &made)
	if made["password"] != "correct-horse" {
		t.Errorf("made %v", made)
	}
	if accounts := at.rows(t, "account list"); accounts[0]["timeZone"] != "Asia/Kolkata" {
		t.Errorf("the accounts are %v", accounts)
	}
	t.Setenv("TICKLER_TRUSTED_PROXIES", "127.0.0.1,nonsense")
	if got := at.refused(t); !strings.Contains(got, `"nonsense"`) {
		t.Errorf("serve: %s", got)
	}
}

func TestConfigurationFile(t *testing.T) {
	at := folder(t)
	secrets := t.TempDir()
	password := filepath.Join(secrets, "password")
	config := filepath.Join(secrets, "tickler.conf")
	write := func(path, content string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(password, "correct-horse\n")
	write(config, "# where everything is\nTICKLER_DATA="+at[1]+"\nTICKLER_PASSWORD_FILE="+password+
		"\nTICKLER_EMAIL=file@example.com\nTICKLER_RATE_LIMIT=\"3/2s\"\nTICKLER_LISTEN=127.0.0.1:0\n")
	at = place{"--config", config}

	made := at.facts(t, "init --rate-limit off") // the command line wins over the file
	if made["email"] != "file@example.com" || made["password"] != "correct-horse" {
		t.Errorf("made %v", made)
	}
	if accounts := at.rows(t, "account list"); accounts[0]["rateLimit"] != "off" {
		t.Errorf("the accounts are %v", accounts)
	}
	if r := command(t, append([]string{"init", "--email=second@example.com"}, at...)...); r.err != nil || r.stderr != "" {
		t.Errorf("a secret from a file: %v, %s", r.err, r.stderr)
	}
	t.Run("by variable", func(t *testing.T) {
		t.Setenv("TICKLER_CONFIG", config)
		s := place{"--log-level", "warn"}.serve(t)
		s.keys = apitest.Keys{AccessKey: made["accessKey"], SecretKey: made["secretKey"]}
		if r := s.call(http.MethodGet, apitest.WhoAmIPath, ""); !strings.Contains(r.Body, "file@example.com") {
			t.Errorf("answered %s", r.Body)
		}
	})
	for content, want := range map[string]string{
		"TICKLER_LISTNE=1\nTICKLER_DATUM=2\n":      config + ": no flag is called TICKLER_DATUM, TICKLER_LISTNE",
		"\nLISTEN=1\n":                             "could not read the configuration file: " + config + ", line 2: expected TICKLER_NAME=value",
		"TICKLER_PASSWORD_FILE=/nowhere/password":  "--password: open /nowhere/password: no such file or directory",
		"TICKLER_DATABASE_URL=postgres://u:pw@:x/": "could not read the database URL: expected postgres://user:password@host:5432/database",
	} {
		write(config, content)
		if r := command(t, append([]string{"init"}, at...)...); r.err == nil || r.err.Error() != want {
			t.Errorf("%s\ngot  %v\nwant %s", content, r.err, want)
		}
	}
	if r := command(t, "init", "--config", filepath.Join(secrets, "absent")); r.err == nil || !strings.HasPrefix(r.err.Error(), "could not read the configuration file: ") {
		t.Errorf("got %v", r.err)
	}
}

func TestSecretInAFileThatAVariableNames(t *testing.T) {
	file := filepath.Join(t.TempDir(), "url")
	if err := os.WriteFile(file, []byte(pgtest.URL(t)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TICKLER_DATABASE_URL_FILE", file)
	at := place{}
	made := at.facts(t, "init")
	var stderr bytes.Buffer
	if err := run(t.Context(), []string{"user", "list"}, &environment{stdout: &bytes.Buffer{}, stderr: &stderr, clock: clocktest.New(now)}); err != nil || stderr.Len() > 0 {
		t.Errorf("user list: %v, %s", err, &stderr)
	}
	s := at.serve(t)
	s.keys = apitest.Keys{AccessKey: made["accessKey"], SecretKey: made["secretKey"]}
	s.create(client.TaskDraft{Name: "on Postgres"})
}
