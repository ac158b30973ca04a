// Package apitest calls the API over HTTP, as tests of the whole program do.
package apitest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"tickler"
)

// Keys are an access key and its secret. They are named as in what 'tickler init --json' prints.
type Keys struct{ AccessKey, SecretKey string }

// Reply is the answer to a call.
type Reply struct {
	Status int
	Header http.Header
	Body   string
}

// Paths of calls that many tests make.
const (
	CreatePath = "/v2/Task.svc/Create"
	WhoAmIPath = "/v2/Authentication.svc/UserByAccessKey.Get"
)

// NewClient returns a client whose connections end with the test.
func NewClient(t testing.TB) *http.Client {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 100}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// Call makes an API call. The header is given as names and values in turn.
func Call(ctx context.Context, client *http.Client, k Keys, method, url, body string, header ...string) (Reply, error) {
	request, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return Reply{}, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("x-LSQ-AccessKey", k.AccessKey)
	request.Header.Set("x-LSQ-SecretKey", k.SecretKey)
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := client.Do(request)
	if err != nil {
		return Reply{}, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	return Reply{response.StatusCode, response.Header, string(content)}, err
}

// Created returns the ID from the answer to a create; the zero ID if there is none.
func Created(body string) tickler.ID {
	var answer struct {
		Status  string
		Message struct{ ID string } // in any case
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil || answer.Status != "Success" {
		return tickler.ID{}
	}
	id, _ := tickler.ParseID(answer.Message.ID)
	return id
}
