package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"tickler"
	"tickler/client"
	"tickler/internal/api/apitest"
	"tickler/internal/clock/clocktest"
	"tickler/internal/eventually"
)

func TestFirstStartSetsUpAnAccountAndShowsItsKeysOnce(t *testing.T) {
	fromNothing(t, func(t *testing.T, at place) {
		first := at.serve(t)
		first.keys = shown(t, first.stdout.String())
		if !strings.Contains(first.stdout.String(), "admin@example.com") {
			t.Errorf("it prints %s", first.stdout)
		}
		if strings.Contains(first.stderr.String(), first.keys.AccessKey) || strings.Contains(first.stderr.String(), first.keys.SecretKey) {
			t.Errorf("the keys are in the log: %s", first.stderr)
		}
		id := first.create(client.TaskDraft{Name: "kept"})
		first.stop()

		second := at.serve(t)
		if got := second.stdout.String(); got != "" {
			t.Errorf("the second start prints %s", got)
		}
		second.keys = first.keys
		if task := second.task(id); task.Name != "kept" {
			t.Errorf("the task became %v", task)
		}
		if accounts := at.rows(t, "account list"); len(accounts) != 1 || accounts[0]["timeZone"] != "UTC" || accounts[0]["rateLimit"] != "25/5s" {
			t.Errorf("the accounts are %v", accounts)
		}
	})
}

// The command that a first start shows, pasted into a shell.
func TestShownCurlWorks(t *testing.T) {
	t.Parallel()
	s := folder(t).serve(t)
	s.keys = shown(t, s.stdout.String())
	_, curl, _ := strings.Cut(s.stdout.String(), "Your first to-do:\n")
	want := func(t *testing.T, status int, body string) {
		t.Helper()
		id := apitest.Created(body)
		if status != http.StatusOK || id.IsZero() {
			t.Fatalf("answered %d %s", status, body)
		}
		if task := s.task(id); task.Name != "Call Ada back" || task.TaskType.Name != "To-Do" || task.Status != "Pending" {
			t.Errorf("the task is %v", task)
		}
	}
	t.Run("by curl", func(t *testing.T) {
		if _, err := exec.LookPath("curl"); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			t.Skip(err)
		}
		output, err := exec.CommandContext(t.Context(), "sh", "-c", strings.Replace(curl, "curl ", "curl -sS ", 1)).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, output)
		}
		want(t, http.StatusOK, string(output))
	})
	t.Run("by net/http", func(t *testing.T) {
		var header []string
		for _, found := range regexp.MustCompile(`-H '([^:]+): ([^']+)'`).FindAllStringSubmatch(curl, -1) {
			header = append(header, found[1], found[2])
		}
		url := regexp.MustCompile(`curl '([^']+)'`).FindStringSubmatch(curl)[1]
		body := regexp.MustCompile(`-d '([^']+)'`).FindStringSubmatch(curl)[1]
		r, err := apitest.Call(t.Context(), s.client, apitest.Keys{}, http.MethodPost, url, body, header...)
		if err != nil {
			t.Fatal(err)
		}
		want(t, r.Status, r.Body)
	})
}

func TestPublicURLIsWhatClientsAreTold(t *testing.T) {
	t.Parallel()
	s := folder(t).serve(t, "--public-url=https://tasks.example.com/")
	if !strings.Contains(s.stdout.String(), "curl 'https://tasks.example.com/v2/Task.svc/Create'") {
		t.Errorf("it prints %s", s.stdout)
	}
	s.keys = shown(t, s.stdout.String())
	if r := s.call(http.MethodGet, apitest.WhoAmIPath, ""); !strings.Contains(r.Body, `"api":"https://tasks.example.com/v2/"`) {
		t.Errorf("answered %s", r.Body)
	}
}

// An address that stands for all of the machine's is none that anybody can be sent to.
func TestListeningOnAllAddressesLeadsToLocalhost(t *testing.T) {
	t.Parallel()
	for _, listen := range []string{":0", "0.0.0.0:0", "[::]:0"} {
		t.Run(listen, func(t *testing.T) {
			t.Parallel()
			s := folder(t).serve(t, "--listen", listen)
			if !strings.HasPrefix(s.url, "http://localhost:") || !strings.Contains(s.stdout.String(), "admin@example.com at "+s.url+"/\n") {
				t.Errorf("it serves at %s and prints %s", s.url, s.stdout)
			}
			s.keys = shown(t, s.stdout.String())
			if r := s.call(http.MethodGet, apitest.WhoAmIPath, ""); !strings.Contains(r.Body, `"api":"`+s.url+`/v2/"`) {
				t.Errorf("answered %s", r.Body)
			}
		})
	}
}

// refused starts a program that must not come to serve, and returns its error.
func (at place) refused(t *testing.T, args ...string) string {
	t.Helper()
	clock := clocktest.New(now)
	s, err := at.start(t, clock, &environment{clock: clock, fixedClock: true}, args...)
	if err == nil {
		t.Fatal("it serves")
	}
	if s.stdout.String() != "" {
		t.Errorf("it prints %s", s.stdout)
	}
	return err.Error()
}

func TestADataFolderIsServedOnce(t *testing.T) {
	t.Parallel()
	at := folder(t)
	first := at.serve(t)
	want := "another tickler serves the data folder " + at[1] + ": stop it first, or give another --data"
	if got := at.refused(t); got != want {
		t.Errorf("a second serve: %s\nwant: %s", got, want)
	}
	if r := command(t, append([]string{"migrate"}, at...)...); r.err == nil || r.err.Error() != want {
		t.Errorf("migrate: %v\nwant: %s", r.err, want)
	}
	first.keys = shown(t, first.stdout.String())
	first.create(client.TaskDraft{Name: "the first is not disturbed"})
	first.stop()
	at.serve(t)
}

func TestWhatServeRefuses(t *testing.T) {
	t.Parallel()
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		args []string
		want string // how the error begins
	}{
		{"no value", []string{"--listen="}, "--listen can't be '': give it a value, or leave it out"},
		{"a proxy that is no network", []string{"--trusted-proxies=10.0.0.0/8,proxy"}, `--trusted-proxies: "proxy" is not a network like 10.0.0.0/8`},
		{"a certificate that is none", []string{"--tls-cert", file, "--tls-key", file}, "could not use the certificate: "},
		{"a certificate without a key", []string{"--tls-cert", file}, "--tls-cert and --tls-key must be used together"},
		{"an unknown log format", []string{"--log-format=xml"}, `--log-format must be one of "text","json" but got "xml"`},
		{"a taken address", []string{"--listen", taken.Addr().String()}, "could not listen on " + taken.Addr().String() + ": "},
		{"a file as the data folder", []string{"--data", file}, "could not create the data folder: "},
		{"a database of another kind", []string{"--database-url=mysql://localhost/tickler"}, "could not read the database URL: expected postgres://user:password@host:5432/name"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			at := folder(t)
			if got := at.refused(t, test.args...); !strings.HasPrefix(got, test.want) {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			at.serve(t) // nothing is left locked
		})
	}
}

func TestNoAddressToListenOn(t *testing.T) {
	t.Parallel()
	settings := filepath.Join(t.TempDir(), "settings")
	if err := os.WriteFile(settings, []byte("TICKLER_LISTEN=\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := command(t, append([]string{"serve", "--config", settings}, folder(t)...)...)
	if want := "--listen can't be '': it takes an address and a port, like 127.0.0.1:8080"; r.err == nil || r.err.Error() != want {
		t.Errorf("it ends with %v, want %s", r.err, want)
	}
}

func TestTrustedProxies(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		trusted []string
		apart   bool // whether X-Forwarded-For counts
	}{
		{"none", nil, false},
		{"another", []string{"--trusted-proxies=10.0.0.0/8"}, false},
		{"a network", []string{"--trusted-proxies=10.0.0.0/8, 127.0.0.0/8"}, true},
		{"an address", []string{"--trusted-proxies=127.0.0.1"}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := folder(t).serve(t, test.trusted...)
			right := shown(t, s.stdout.String())
			from := func(address string) int {
				return s.call(http.MethodGet, apitest.WhoAmIPath, "", "X-Forwarded-For", address).Status
			}
			for range tickler.DefaultRateLimit.Calls { // with wrong keys, while the clock stands still
				if status := from("203.0.113.1"); status != http.StatusUnauthorized {
					t.Fatalf("answered %d", status)
				}
			}
			if status := from("203.0.113.1"); status != http.StatusTooManyRequests {
				t.Errorf("one wrong key too many is answered %d", status)
			}
			if status := from("203.0.113.2"); (status == http.StatusUnauthorized) != test.apart {
				t.Errorf("from another address it is answered %d", status)
			}
			s.keys = right
			if status := from("203.0.113.1"); status != http.StatusOK {
				t.Errorf("a right key is answered %d", status)
			}
		})
	}
}

// certificate makes a certificate for 127.0.0.1, and a pool that trusts it.
func certificate(t *testing.T) (certFile, keyFile string, trusted *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, kind string, content []byte) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	trusted = x509.NewCertPool()
	if trusted.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})) != true {
		t.Fatal("the certificate can't be trusted")
	}
	return write("cert.pem", "CERTIFICATE", cert), write("key.pem", "PRIVATE KEY", secret), trusted
}

func TestHTTPS(t *testing.T) {
	t.Parallel()
	certFile, keyFile, trusted := certificate(t)
	s := folder(t).serve(t, "--tls-cert", certFile, "--tls-key", keyFile)
	s.client.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}
	if !strings.HasPrefix(s.url, "https://127.0.0.1:") || !strings.Contains(s.stdout.String(), "curl '"+s.url+"/v2/") {
		t.Errorf("at %s it prints %s", s.url, s.stdout)
	}
	s.keys = shown(t, s.stdout.String())
	s.create(client.TaskDraft{Name: "over https"})
}

func TestLog(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			s := folder(t).serve(t, "--log-level=debug", "--log-format", format)
			k := shown(t, s.stdout.String())
			s.call(http.MethodGet, apitest.WhoAmIPath+"?accessKey="+k.AccessKey+"&secretKey="+k.SecretKey, "", "x-LSQ-AccessKey", "", "x-LSQ-SecretKey", "")
			s.keys = k
			s.create(client.TaskDraft{Name: "private"})
			s.stop()
			log := s.stderr.String()
			for _, want := range []string{"tickler is serving", "shutting down", apitest.WhoAmIPath, apitest.CreatePath} {
				if !strings.Contains(log, want) {
					t.Errorf("the log lacks %q: %s", want, log)
				}
			}
			for _, secret := range []string{k.AccessKey, k.SecretKey, "private"} {
				if strings.Contains(log, secret) {
					t.Errorf("the log tells %q: %s", secret, log)
				}
			}
			for line := range strings.Lines(log) {
				if (line[0] == '{') != (format == "json") {
					t.Errorf("a line of the %s log: %s", format, line)
				}
			}
		})
	}
}

// Calls that have begun when the shutdown is requested are answered; no new ones are accepted.
func TestShutdownFinishesTheCallsThatRun(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		k := at.setUp(t, "--rate-limit=off")
		s := at.serve(t)
		s.keys = k
		const body = `{"Name":"in flight"}`
		var calls []*bufio.ReadWriter
		for range 20 {
			conn := dial(t, s)
			fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nx-LSQ-AccessKey: %s\r\nx-LSQ-SecretKey: %s\r\n"+
				"Content-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", apitest.CreatePath, s.keys.AccessKey, s.keys.SecretKey, len(body))
			_ = conn.Flush()
			line, err := conn.ReadString('\n')
			if err != nil || line != "HTTP/1.1 100 Continue\r\n" { // the call is running and waits for its body
				t.Fatalf("%v: %s", err, line)
			}
			_, _ = conn.ReadString('\n') // the empty line
			calls = append(calls, conn)
		}
		s.end()
		eventually.Holds(t, "nobody is let in", func() bool {
			conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(s.url, "http://"))
			if err == nil {
				_ = conn.Close()
			}
			return err != nil
		})
		var ids []tickler.ID
		for _, conn := range calls {
			_, _ = conn.WriteString(body)
			_ = conn.Flush()
			response, err := http.ReadResponse(conn.Reader, nil)
			if err != nil {
				t.Fatal(err)
			}
			var content strings.Builder
			_, _ = bufio.NewReader(response.Body).WriteTo(&content)
			_ = response.Body.Close()
			id := apitest.Created(content.String())
			if response.StatusCode != http.StatusOK || id.IsZero() {
				t.Fatalf("answered %d %s", response.StatusCode, &content)
			}
			ids = append(ids, id)
		}
		s.stop()

		again := at.serve(t)
		again.keys = s.keys
		for _, id := range ids {
			if task := again.task(id); task.Name != "in flight" {
				t.Errorf("the task became %v", task)
			}
		}
	})
}

func dial(t *testing.T, s *server) *bufio.ReadWriter {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return bufio.NewReadWriter(bufio.NewReader(conn), bufio.NewWriter(conn))
}

// Clients that call without pause during a shutdown get an answer or none, but never an error, and
// what was acknowledged is kept.
func TestShutdownUnderLoad(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		k := at.setUp(t, "--rate-limit=off")
		s := at.serve(t)
		var clients sync.WaitGroup
		acknowledged := make(chan tickler.ID, 1<<20)
		const clientCount, before = 16, 100
		enough := make(chan struct{}, 1<<20)
		for range clientCount {
			clients.Go(func() {
				for {
					r, err := apitest.Call(t.Context(), s.client, k, http.MethodPost, s.url+apitest.CreatePath, `{"Name":"n"}`)
					if err != nil { // the connection is gone
						return
					}
					id := apitest.Created(r.Body)
					if r.Status != http.StatusOK || id.IsZero() {
						t.Errorf("answered %d %s", r.Status, r.Body)
						return
					}
					acknowledged <- id
					enough <- struct{}{}
				}
			})
		}
		for range before {
			<-enough
		}
		s.stop()
		clients.Wait()
		close(acknowledged)
		kept := map[tickler.ID]bool{}
		for _, task := range at.tasks(t) {
			kept[task.ID] = true
		}
		for id := range acknowledged {
			if !kept[id] {
				t.Errorf("the acknowledged task %s is lost", id)
			}
		}
	})
}
