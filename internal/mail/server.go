package mail

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"

	"tickler/internal/address"
)

// server is the mail server that takes our messages.
type server struct {
	host       string
	port       string
	encryption encryption
	user       string // empty: no login
	password   string
	roots      *x509.CertPool // that vouch for its certificate; nil for the system's
}

// encryption says how a connection is kept from being read on its way, by the words of the URL's
// parameter tls.
type encryption string

const (
	noTLS       encryption = "none"
	startTLS    encryption = "starttls" // plain at first; if the server does not offer TLS then, nothing is sent
	implicitTLS encryption = "implicit" // from the first byte on
)

var defaultPorts = map[encryption]string{noTLS: "25", startTLS: "587", implicitTLS: "465"}

// parseServer reads smtp://user:password@host:port?tls=none|starttls|implicit; smtps:// stands for
// tls=implicit. Its errors repeat nothing of the URL: whatever part the password slipped into, it
// is not shown.
func parseServer(rawURL string) (*server, error) {
	u, err := url.Parse(rawURL)
	if err != nil || (u.Scheme != "smtp" && u.Scheme != "smtps") || !isHost(u.Hostname()) {
		return nil, errors.New(
			"--smtp-url: expected a URL like smtp://user:password@mail.example.com:587?tls=starttls; " +
				"special characters in user and password are written as %XX")
	}
	if strings.Trim(u.Path, "/") != "" || u.Fragment != "" {
		return nil, errors.New(
			"--smtp-url: nothing may follow the port but ?tls=none, ?tls=starttls or ?tls=implicit; " +
				"special characters in user and password are written as %XX")
	}
	s := &server{port: u.Port()}
	if s.host, err = sentHost(u.Hostname()); err != nil {
		return nil, err
	}
	if s.encryption, err = parseEncryption(u); err != nil {
		return nil, err
	}
	if s.port == "" {
		s.port = defaultPorts[s.encryption]
	}
	if number, err := strconv.ParseUint(s.port, 10, 16); err != nil || number == 0 {
		return nil, errors.New("--smtp-url: the port is a number from 1 to 65535")
	}
	if u.User != nil {
		s.user = u.User.Username()
		s.password, _ = u.User.Password()
		if s.user == "" || s.password == "" {
			return nil, errors.New(
				"--smtp-url: user and password go together; leave out both for a server without login")
		}
	}
	return s, nil
}

// parseEncryption finds the URL's choice. Without one it is STARTTLS, so that neither password nor
// customers' names go readable over a network; a server on this very machine gets its messages
// plain.
func parseEncryption(u *url.URL) (encryption, error) {
	query, err := url.ParseQuery(u.RawQuery)
	choice, chosen := query["tls"]
	if err != nil || len(query) > 1 || len(query) == 1 && !chosen || len(choice) > 1 {
		return "", errors.New("--smtp-url: the only parameter is tls: none, starttls or implicit")
	}
	if !chosen {
		switch {
		case u.Scheme == "smtps":
			return implicitTLS, nil
		case isLoopback(u.Hostname()):
			return noTLS, nil
		default:
			return startTLS, nil
		}
	}
	e := encryption(choice[0])
	if _, known := defaultPorts[e]; !known {
		return "", errors.New("--smtp-url: tls is none, starttls or implicit")
	}
	if u.Scheme == "smtps" && e != implicitTLS {
		return "", errors.New("--smtp-url: smtps:// means tls=implicit; write smtp:// for another")
	}
	return e, nil
}

// sentHost returns the name of a host as it is looked up and as its certificate has it. An IPv6
// address is one already.
func sentHost(name string) (string, error) {
	if strings.Contains(name, ":") {
		return name, nil
	}
	ascii, ok := address.Domain(name)
	if !ok {
		return "", errors.New("--smtp-url: there is no host of that name")
	}
	return ascii, nil
}

func isHost(name string) bool { return name != "" && !strings.ContainsFunc(name, isHidden) }

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (s *server) address() string { return net.JoinHostPort(s.host, s.port) }

func (s *server) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: s.host, RootCAs: s.roots, MinVersion: tls.VersionTLS12}
}

// redact takes the password out of a text, in the forms in which it goes to the server.
func (s *server) redact(text string) string {
	if s.password == "" {
		return text
	}
	encode := base64.StdEncoding.EncodeToString
	plain := encode([]byte("\x00" + s.user + "\x00" + s.password))
	return strings.NewReplacer(plain, "…", encode([]byte(s.password)), "…", s.password, "…").Replace(text)
}
