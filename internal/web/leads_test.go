package web_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
)

// newLead creates a lead, and returns its page's path.
func (w *world) newLead(lead tickler.Lead) string {
	w.t.Helper()
	made, err := w.CreateLead(w.t.Context(), w.caller("admin"), lead)
	w.must(err)
	return "/leads/" + made.ID.String()
}

func idIn(path string) tickler.ID {
	id, _ := tickler.ParseID(path[strings.LastIndex(path, "/")+1:])
	return id
}

func about(path string) tickler.TaskDraft {
	return tickler.TaskDraft{Name: "Call", RelatedKind: tickler.RelatedToLead, RelatedID: idIn(path)}
}

func company(name string) []tickler.LeadAttribute {
	return []tickler.LeadAttribute{{Name: "Company", Value: name}}
}

func TestLeadsAreListedAndFound(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("seller")
		b.get("/leads").want(http.StatusOK, "No leads yet").want(http.StatusOK, `href="/leads/new"`)
		asha := w.newLead(tickler.Lead{FirstName: "Asha", LastName: "Rao", Email: "asha@example.com", Phone: "+91-98450-12345", Attributes: company("Acme & Sons")})
		w.clock.Advance(time.Second)
		w.newLead(tickler.Lead{FirstName: "太郎", LastName: "山田"})
		w.newLead(tickler.Lead{FirstName: "José", LastName: "Núñez"})
		w.newLead(tickler.Lead{Email: "nameless@example.com"})
		w.newLead(tickler.Lead{FirstName: "محمد"})
		b.get("/leads").want(http.StatusOK, "5 leads").want(http.StatusOK, `href="`+asha+`" dir="auto">Asha Rao</a>`).want(http.StatusOK, "Acme &amp; Sons").
			want(http.StatusOK, `href="tel:&#43;919845012345"`).want(http.StatusOK, `href="mailto:asha@example.com"`).want(http.StatusOK, "no next step").
			want(http.StatusOK, ">nameless@example.com</a>").want(http.StatusOK, `aria-current="page"`)
		for text, want := range map[string]string{
			"rao as": "Asha Rao", "acme": "Asha Rao", "098450": "Asha Rao", "ASHA@EX": "Asha Rao", "山田太": "太郎 山田", "nunez jose": "José Núñez", "محم": "محمد",
		} {
			b.get("/leads?q="+url.QueryEscape(text)).want(http.StatusOK, ">"+want+"</a>").want(http.StatusOK, "1 lead")
			b.get("/leads/find?as=options&q="+url.QueryEscape(text)).want(http.StatusOK, want).lacks("<html")
		}
		b.get("/leads?q=%3Cb%3E").want(http.StatusOK, "No lead matches").want(http.StatusOK, "&lt;b&gt;")
		if names := areInOrder(b.get("/leads?by=name").body, "Asha Rao", "José Núñez", "محمد"); !names {
			t.Error("they are not in the order of their names")
		}
		if names := areInOrder(b.get("/leads").body, "José Núñez", "Asha Rao"); !names {
			t.Error("those changed last are not first")
		}
		b.get("/leads/find?q=asha").leadsTo("/leads?q=asha")
		b.get("/leads/find?as=options").want(http.StatusOK, "")
	})
}

// areInOrder reports whether texts come one after the other.
func areInOrder(body string, texts ...string) bool {
	for _, text := range texts {
		at := strings.Index(body, text)
		if at < 0 {
			return false
		}
		body = body[at:]
	}
	return true
}

// A list of leads has pages: each leads to the next one and back.
func TestPagesOfLeads(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		for range 120 {
			w.newLead(tickler.Lead{LastName: "Same"})
		}
		b := w.as("seller")
		link := func(body, id string) string {
			_, after, _ := strings.Cut(body, `id="`+id+`" href="`)
			path, _, _ := strings.Cut(after, `"`)
			return strings.ReplaceAll(path, "&amp;", "&")
		}
		for _, list := range []string{"/leads", "/leads?by=name", "/leads?q=sam", "/leads?view=no-step"} {
			seen := map[string]bool{}
			page, pages := list, 0
			var last string
			for ; page != "" && pages < 9; pages++ {
				last = page
				body := b.get(page).want(http.StatusOK, "Same").body
				for _, row := range strings.Split(body, `<tr id="lead-`)[1:] {
					seen[row[:36]] = true
				}
				page = link(body, "after")
			}
			if len(seen) != 120 || pages != 3 {
				t.Errorf("%s has %d leads on %d pages", list, len(seen), pages)
			}
			back := link(b.get(link(b.get(last).body, "before")).body, "before")
			first := b.get(back).body
			if link(first, "after") == "" || strings.Count(first, `<tr id="lead-`) != 50 {
				t.Errorf("%s: two pages back is %q", list, back)
			}
		}
		b.get("/leads?after=1.x&page=-1&by=x&view=x").want(http.StatusOK, "120 leads")
	})
}

func TestLeadsByTheirNextStep(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		none, mine, overdue, others := w.newLead(tickler.Lead{FirstName: "None"}), w.newLead(tickler.Lead{FirstName: "Mine"}), w.newLead(tickler.Lead{FirstName: "Late"}), w.newLead(tickler.Lead{FirstName: "Others"})
		ahead := about(mine)
		ahead.DueAt = inAnHour()
		w.task("seller", "seller", ahead)
		before, late := now.Add(-72*time.Hour), about(overdue)
		late.DueAt = &before
		w.task("boss", "seller", late)
		late = about(others)
		late.Name, late.DueAt = "Secret", &before
		w.task("loner", "loner", late)
		for who, sees := range map[string]map[string][]string{
			"seller": {"": {none, mine, overdue, others}, "no-step": {none}, "overdue": {overdue}},
			"boss":   {"overdue": {overdue}}, "loner": {"overdue": {others}}, "admin": {"overdue": {overdue, others}, "no-step": {none}},
		} {
			b := w.as(who)
			for view, want := range sees {
				for _, text := range []string{"", "&q=" + "e"} {
					body := b.get("/leads?view=" + view + text).body
					for _, lead := range []string{none, mine, overdue, others} {
						isWanted := false
						for _, path := range want {
							isWanted = isWanted || path == lead
						}
						if text == "" && strings.Contains(body, `"`+lead+`"`) != isWanted {
							t.Errorf("%s sees %s among %q: %t", who, lead, view, !isWanted)
						}
					}
				}
			}
		}
		b := w.as("seller")
		b.get("/leads").want(http.StatusOK, " days overdue").want(http.StatusOK, "today 13:00").want(http.StatusOK, "a colleague has the next step").lacks("Secret")
		b.get("/leads?view=overdue&q=lat").want(http.StatusOK, ">Late</a>")
		b.get("/leads?view=overdue&q=oth").want(http.StatusOK, "No lead matches")
		b.get("/leads?view=no-step&q=oth").want(http.StatusOK, "No lead matches")
		b.get("/leads?view=no-step&q=non").want(http.StatusOK, ">None</a>")
		b.get(others).want(http.StatusOK, "No next step").lacks("Secret")
		w.as("admin").get(others).want(http.StatusOK, "Secret")
	})
}

func TestLeadPage(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		lead := w.newLead(tickler.Lead{
			FirstName: "Asha", LastName: `<b>Rao`, Email: "asha@example.com", Phone: "+91 98450 12345",
			Attributes: []tickler.LeadAttribute{{Name: "company", Value: "Acme"}, {Name: "Mobile", Value: "112"}, {Name: "mx_Job_Title", Value: "CEO"}, {Name: "Empty", Value: ""}},
		})
		deal, err := w.CreateOpportunity(t.Context(), w.caller("admin"), tickler.Opportunity{LeadID: idIn(lead), Name: "Big deal"})
		w.must(err)
		seller := w.caller("seller")
		done := about(lead)
		done.Name = "Demo"
		made := idIn(w.task("seller", "seller", done))
		_, err = w.Act(t.Context(), seller, []tickler.ID{made}, app.Completing())
		w.must(err)
		_, err = w.Act(t.Context(), seller, []tickler.ID{made}, app.Noting("They liked it"))
		w.must(err)
		w.task("seller", "seller", tickler.TaskDraft{Name: "Offer", RelatedKind: tickler.RelatedToOpportunity, RelatedID: deal.ID})
		r := w.as("seller").get(lead)
		for _, text := range []string{
			`<h1 dir="auto">Asha &lt;b&gt;Rao</h1>`, "Acme", `href="tel:&#43;919845012345"`, `href="mailto:asha@example.com"`, `href="tel:112"`, "Job Title", "CEO",
			`href="/add?with=` + idIn(lead).String() + `"`, lead + "/edit", `id="done"`, "They liked it", "Big deal", "Offer", `action="/tasks/act"`,
			"<bdi>seller</bdi> completed", "<bdi>seller</bdi> added", "by <bdi>Ada</bdi>",
		} {
			r.want(http.StatusOK, text)
		}
		r.lacks("Empty").lacks("mx_")
		w.as("seller").get("/add/form?with="+idIn(lead).String()).
			want(http.StatusOK, `name="lead" value="`+idIn(lead).String()+`" checked`)
		b := w.as("loner")
		b.get(lead).want(http.StatusOK, "Big deal").lacks("Offer").lacks("Demo").lacks("liked")
		for _, path := range []string{"/leads/" + newID().String(), "/leads/x", "/leads/" + newID().String() + "/edit", "/leads/x/edit"} {
			b.get(path).want(http.StatusNotFound, "")
		}
		b.post("/leads/"+newID().String(), "first", "x").want(http.StatusNotFound, "")
		b.post("/leads/x", "first", "x").want(http.StatusNotFound, "")
	})
}

func TestALeadIsAdded(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("loner")
		other := w.newLead(tickler.Lead{FirstName: "Asha", Email: "asha@example.com", Phone: "9845012345"})
		for _, test := range []struct{ name, value, want string }{
			{"first", "", "A lead needs a first name"},
			{"email", "no address", `id="email-mistake"`},
			{"email", "ASHA@example.com", "Asha has this e-mail address already."},
			{"phone", "+91 98450-12345", "Asha has this phone number already."},
			{"phone", strings.Repeat("1", 51), `id="phone-mistake"`},
			{"first", strings.Repeat("x", 300), `id="first-mistake"`},
			{"company", strings.Repeat("x", 8001), `id="company-mistake"`},
			{"new-0", "x", "Say what this is."},
			{"new-0-name", "Email Address", "There is a field for this already"},
			{"new-0-name", "Prospect ID", "There is a field for this already"},
		} {
			b.post("/leads", test.name, test.value, "last", map[string]string{"company": "Rao"}[test.name]).want(http.StatusUnprocessableEntity, test.want)
		}
		b.post("/leads", "first", "x", "new-0-name", "City", "new-0", "a", "new-1-name", "city", "new-1", "b").want(http.StatusUnprocessableEntity, "There is one of this name already.")
		made := b.post("/leads", "first", " Ravi ", "email", " ravi@example.com ", "company", "Acme", "new-0-name", "City", "new-0", "Pune").header.Get("Location")
		b.get(made).want(http.StatusOK, "Added the lead.").want(http.StatusOK, "Ravi").want(http.StatusOK, "Pune").want(http.StatusOK, "City")
		lead, _, err := w.Lead(t.Context(), w.caller("loner"), idIn(made))
		w.must(err)
		if lead.Email != "ravi@example.com" || len(lead.Attributes) != 2 || lead.CreatedBy != w.users["loner"].ID {
			t.Errorf("made %+v", lead)
		}
		b.get(other+"/edit").want(http.StatusOK, `name="was-email" value="asha@example.com"`)
	})
}

// Two people who change a lead at once lose nothing: who comes second is told what the first wrote.
func TestTwoPeopleChangeALead(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		lead := w.newLead(tickler.Lead{FirstName: "Asha", Email: "asha@example.com", Phone: "1234567", Attributes: []tickler.LeadAttribute{{Name: "mx_City", Value: "Pune"}, {Name: "Notes", Value: "one\ntwo"}}})
		first, second := w.as("seller"), w.as("loner")
		form := func(changed ...string) (fields []string) {
			values := map[string]string{"first": "Asha", "last": "", "email": "asha@example.com", "company": "", "phone": "1234567", "mobile": "", "other-0": "Pune", "other-1": "one\r\ntwo"}
			for name, was := range maps.Clone(values) {
				values["was-"+name] = was
			}
			for i := 0; i < len(changed); i += 2 {
				values[changed[i]] = changed[i+1]
			}
			for name, value := range values {
				fields = append(fields, name, value)
			}
			return append(fields, "name-other-0", "mx_City", "name-other-1", "Notes")
		}
		first.get(lead+"/edit").want(http.StatusOK, "City").want(http.StatusOK, "one\ntwo</textarea>").want(http.StatusOK, "Edit the lead")
		first.post(lead, form("phone", "7654321", "other-0", "Mumbai", "last", "Rao")...).leadsTo(lead)
		first.get(lead).want(http.StatusOK, "Saved the lead.").want(http.StatusOK, "Mumbai").want(http.StatusOK, "Asha Rao")

		second.post(lead, form("company", "Acme")...).leadsTo(lead)
		second.get(lead).want(http.StatusOK, "Somebody else has changed “Phone” meanwhile to “7654321”, and that stays.").want(http.StatusOK, "Mumbai").
			want(http.StatusOK, "Asha Rao").want(http.StatusOK, "Acme").lacks("“Notes”")

		clash := second.post(lead, form("phone", "1111111", "other-0", "Delhi", "first", "Aisha")...)
		clash.want(http.StatusUnprocessableEntity, "nothing is saved yet").want(http.StatusUnprocessableEntity, "Somebody else has written here meanwhile: 7654321").
			want(http.StatusUnprocessableEntity, "Somebody else has written here meanwhile: Mumbai").want(http.StatusUnprocessableEntity, `value="1111111"`).
			want(http.StatusUnprocessableEntity, `name="was-phone" value="7654321"`)
		second.get(lead).want(http.StatusOK, "7654321").lacks("Aisha")
		second.post(lead, form("was-phone", "7654321", "phone", "1111111", "was-other-0", "Mumbai", "other-0", "Delhi")...).leadsTo(lead)
		second.get(lead).want(http.StatusOK, "1111111").want(http.StatusOK, "Delhi").want(http.StatusOK, "Acme")

		second.post(lead, form("new-0-name", "Notes", "new-0", "x")...).want(http.StatusUnprocessableEntity, "There is one of this name already.")
		second.post(lead, "new-0-name", "mx_City", "new-0", "Agra").want(http.StatusUnprocessableEntity, "written here meanwhile: Delhi").
			want(http.StatusUnprocessableEntity, `name="was-new-0" value="Delhi"`)
		second.post(lead, form("email", "")...).want(http.StatusSeeOther, "")
		second.get(lead).lacks("asha@example.com")
	})
}

// Leads are the account's own: nothing of a page leads to another account's.
func TestLeadsOfOtherAccounts(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		foreign := tickler.Lead{ID: newID(), AccountID: newID(), FirstName: "Foreign", Email: "foreign@example.com", Phone: "9845012345", CreatedBy: newID(), CreatedAt: now, ModifiedAt: now}
		w.must(w.store.CreateLead(t.Context(), foreign))
		path := "/leads/" + foreign.ID.String()
		for who := range map[string]bool{"admin": true, "seller": true} {
			b := w.as(who)
			b.get(path).want(http.StatusNotFound, "").lacks("Foreign")
			b.get(path+"/edit").want(http.StatusNotFound, "").lacks("Foreign")
			b.post(path, "first", "Mine", "was-first", "Foreign").want(http.StatusNotFound, "")
			for _, query := range []string{"?q=foreign", "?q=98450", "?q=foreign@example.com", "?view=no-step", "?view=overdue", "?by=name", "?after=1." + foreign.ID.String(), "?by=name&before=1." + foreign.ID.String()} {
				b.get("/leads"+query).want(http.StatusOK, "").lacks(">Foreign</a>")
			}
			b.get("/leads/find?as=options&q=foreign").want(http.StatusOK, "").lacks("Foreign")
		}
		for _, path := range []string{"/leads", path, "/leads/find?as=options&q=foreign", "/leads/new"} {
			w.stranger().get(path).want(http.StatusSeeOther, "")
		}
		lead, _, err := w.store.Lead(t.Context(), foreign.AccountID, foreign.ID)
		w.must(err)
		if lead.FirstName != "Foreign" {
			t.Errorf("it is called %q", lead.FirstName)
		}
	})
}
