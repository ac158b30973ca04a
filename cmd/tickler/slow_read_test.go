package main

import (
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"tickler"
	"tickler/client"
	"tickler/internal/api/apitest"
	"tickler/internal/store/storetest"
)

// tenant is one of several accounts in a place.
type tenant struct {
	account         tickler.ID
	keys            apitest.Keys
	email, password string
}

func (at place) addTenant(t *testing.T, number int) tenant {
	t.Helper()
	email := fmt.Sprintf("admin%d@example.com", number)
	made := at.facts(t, "init --rate-limit=off", "--email="+email)
	account, err := tickler.ParseID(made["accountId"])
	if err != nil {
		t.Fatal(err)
	}
	return tenant{account, apitest.Keys{AccessKey: made["accessKey"], SecretKey: made["secretKey"]}, email, made["password"]}
}

// by is the Go client with a tenant's keys.
func (s *server) by(one tenant) *client.Client {
	s.t.Helper()
	c, err := client.New(s.url, one.keys.AccessKey, one.keys.SecretKey, client.HTTPClient(s.client))
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// On SQLite there are as many readers as processors. While slow searches of other accounts hold
// every reader that they may, an account's people and programs are still answered. While one more
// slow read holds the last reader, the service is still ready, and people can still sign in.
func TestSlowReadsOfOthersHoldUpNobody(t *testing.T) {
	t.Parallel()
	at := folder(t)
	readers := max(2, runtime.GOMAXPROCS(0))
	own := at.addTenant(t, 0)
	others := make([]tenant, 2*readers)
	for i := range others {
		others[i] = at.addTenant(t, i+1)
	}
	s := at.serve(t)
	s.client.Timeout = time.Minute // which never ends
	s.keys = own.keys
	task := s.create(client.TaskDraft{Name: "Call Ada"})
	leads := make([]string, len(others))
	for i, other := range others {
		var err error
		if leads[i], err = s.by(other).CreateLead(t.Context(), client.LeadAttribute{Attribute: "EmailAddress", Value: "ada@example.com"}); err != nil {
			t.Fatal(err)
		}
	}
	storetest.SlowLeads(t, at.location())

	scanning, last := storetest.NewHold(), storetest.NewHold()
	var scans, lastOne sync.WaitGroup
	defer func() {
		last.End(&lastOne)
		scanning.End(&scans)
	}()
	for _, other := range others[1:] {
		scanning.Of(t, other.account)
		scans.Go(func() {
			search := client.LeadSearch{Parameter: client.LeadParameter{LookupName: "EmailAddress", LookupValue: "ada", SQLOperator: "LIKE"}}
			if found, err := s.by(other).Leads(t.Context(), search); err != nil || len(found) != 1 {
				t.Errorf("a slow search gave %v, %v", found, err)
			}
		})
	}
	for range readers - 1 { // all that may run at once
		scanning.WaitForOne()
	}
	people := &server{t: t, url: s.url, client: apitest.NewClient(t)}
	people.client.Timeout = s.client.Timeout
	people.likeABrowser()
	signIn := func() {
		t.Helper()
		if r := people.visit("/sign-in", url.Values{"email": {own.email}, "password": {own.password}}); r.Status != http.StatusSeeOther {
			t.Errorf("the sign-in answers %d %s", r.Status, r.Body)
		}
	}
	page := func(path, text string) {
		t.Helper()
		if r := people.visit(path, nil); r.Status != http.StatusOK || !strings.Contains(r.Body, text) {
			t.Errorf("%s answers %d %s", path, r.Status, r.Body)
		}
	}
	s.wantHealth("/readyz", http.StatusOK, "ready")
	signIn()
	page("/requests", "No bulk requests yet")
	page("/tasks/"+task.String(), "Call Ada")
	if got := s.task(task); got.Name != "Call Ada" { // by Retrieve.GetById
		t.Errorf("the task is %v", got)
	}

	last.Of(t, others[0].account)
	lastOne.Go(func() { // takes the last connection that reads for callers
		if _, _, err := s.by(others[0]).Lead(t.Context(), leads[0]); err != nil {
			t.Error(err)
		}
	})
	last.WaitForOne()
	s.wantHealth("/readyz", http.StatusOK, "ready")
	signIn()
	page("/settings", own.email)
	page("/settings/account", "Time zone")
	last.End(&lastOne)
	page("/requests", "No bulk requests yet")
}
