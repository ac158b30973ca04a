package address_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickler"
	"tickler/internal/address"
)

func TestURLsAreReadAsTheyAreSent(t *testing.T) {
	long := "https://example.com/" + strings.Repeat("x", address.MaxURL-len("https://example.com/"))
	for text, want := range map[string]string{
		"https://example.com":               "https://example.com",
		"http://example.com:8080/a%20b?c=d": "http://example.com:8080/a%20b?c=d",
		"HTTPS://Example.com/Hook":          "https://example.com/Hook",
		"http://[2001:DB8::1]/":             "http://[2001:db8::1]/",
		"http://[::1]:80/":                  "http://[::1]:80/", // refused when it is called
		"http://127.0.0.1/%c3%b6?a[]=1&b=~": "http://127.0.0.1/%c3%b6?a[]=1&b=~",
		"http://a_b:9000":                   "http://a_b:9000",
		"http://example.com./?":             "http://example.com./?",
		long:                                long,

		"http://host/q?a=b c":                "http://host/q?a=b%20c",
		"https://example.com/hook?ort=Köln":  "https://example.com/hook?ort=K%C3%B6ln",
		"https://example.com/Köln/é%20è":     "https://example.com/K%C3%B6ln/%C3%A9%20%C3%A8",
		"https://example.com/a|b{c}\\\"^`<>": "https://example.com/a%7Cb%7Bc%7D%5C%22%5E%60%3C%3E",
		"https://example.com/a%2Fb c":        "https://example.com/a%2Fb%20c",
		"https://bücher.example/":            "https://xn--bcher-kva.example/",
		"https://BÜCHER.example:8443/ü":      "https://xn--bcher-kva.example:8443/%C3%BC",
		"https://b%C3%BCcher.example?q=ü":    "https://xn--bcher-kva.example?q=%C3%BC",
		"https://例え。jp/":                     "https://xn--r8jz45g.jp/",
		"http://１２７.０.０.１/":                  "http://127.0.0.1/", // refused when it is called
	} {
		got, err := address.ParseURL("URL", " "+text+"\t")
		if err != nil || got != want {
			t.Errorf("%q became %q, %v", text, got, err)
		}
		if again, err := address.ParseURL("URL", got); err != nil || again != got {
			t.Errorf("%q became %q, %v", got, again, err)
		}
		if _, err := http.NewRequestWithContext(t.Context(), http.MethodPost, got, http.NoBody); err != nil {
			t.Error(err)
		}
	}
}

func TestURLsAreReadableAgain(t *testing.T) {
	for typed, want := range map[string]string{
		"https://bücher.example:8443/ü?ort=Köln": "https://bücher.example:8443/ü?ort=Köln",
		"https://BÜCHER.example":                 "https://bücher.example",
		"https://example.com?a=b%20c":            "https://example.com?a=b c",
		"https://xn--a/":                         "https://xn--a/",
		"http://[2001:db8::1]:80/a":              "http://[2001:db8::1]:80/a",
	} {
		sent, err := address.ParseURL("URL", typed)
		if got := address.Readable(sent); err != nil || got != want {
			t.Errorf("%q became %q, want %q (%v)", typed, got, want, err)
		}
	}
}

func TestURLsThatCannotBeSentAreRefused(t *testing.T) {
	const aURL = tickler.FactNotWebhookURL
	long := "https://example.com/" + strings.Repeat("x", address.MaxURL-len("https://example.com/"))
	refused := map[string]tickler.Fact{
		long + "x":                                         tickler.FactURLTooLong,
		long[:1990] + "öööö":                               tickler.FactURLTooLong, // when they are escaped
		"https://mia:secret@example.com/":                  tickler.FactURLWithPassword,
		"http://example.com:8080/a?c=d#e":                  tickler.FactURLWithFragment,
		"http://example.com/#":                             tickler.FactURLWithFragment,
		"http://example.com/?discount=10%":                 tickler.FactLooseEscape,
		"http://example.com/%zz":                           tickler.FactLooseEscape,
		"http://example.com/a?b=%u00f6":                    tickler.FactLooseEscape,
		"http://[fe80::1%25eth0]/":                         aURL,
		"http://example.com/a\x00b":                        aURL,
		"http://example.com/a\nb":                          aURL,
		"http://example.com/?a=b\r\nHost: c":               aURL,
		"http://example.com/a\u0085b":                      aURL,
		"http://example.com/a\xffb":                        aURL,
		"http://example.com:1000000/":                      aURL,
		"http://example.com:-1/":                           aURL,
		"http://a..b/":                                     aURL,
		"http://" + strings.Repeat("a", 64) + ".example/":  aURL,
		"http://" + strings.Repeat("a.", 127) + "example/": aURL,
		"http://\u200b.example/":                           aURL,
		"http://a*b/":                                      aURL,
		"http://a\\@example.com/":                          aURL,
		"http://[127.0.0.1]/":                              aURL,
	}
	for _, text := range []string{
		"", "example.com", "/hook", "//example.com/hook", "ftp://example.com", "javascript:alert(1)", "http:example.com", "https://", "https://:443/",
		"https://example.com:0/", "https://example.com:65536/", "https://example.com:x/", "https://exa mple.com/", "http://[::1/",
	} {
		refused[text] = aURL
	}
	for text, fact := range refused {
		_, err := address.ParseURL(tickler.FieldStatusURL, text)
		want := tickler.Refuse(fact, tickler.FieldStatusURL, strings.Replace(text, ":secret@", ":xxxxx@", 1))
		if fact == tickler.FactURLTooLong {
			want.With = []any{address.MaxURL}
		}
		if got, _ := errors.AsType[*tickler.Error](err); !cmp.Equal(want, got) {
			t.Errorf("%q: (-want +got):\n%s", text, cmp.Diff(want, got))
		}
	}
}

func TestDomainsOfMailAreWrittenInASCII(t *testing.T) {
	for text, want := range map[string]string{
		"joerg@exämple.com":   "joerg@xn--exmple-cua.com",
		"joerg@EXÄMPLE.com":   "joerg@xn--exmple-cua.com",
		"jörg@exämple.com":    "jörg@exämple.com", // only a server that takes the one takes the other
		"Ada@Example.com":     "Ada@Example.com",
		"ada@a_b":             "ada@a_b",
		"ada@[IPv6:2001::1]":  "ada@[IPv6:2001::1]",
		"\"a@b\"@straße.de":   "\"a@b\"@xn--strae-oqa.de",
		"ada@xn--bcher-kva.x": "ada@xn--bcher-kva.x",
	} {
		if got, ok := address.Email(text); !ok || got != want {
			t.Errorf("%s became %s, %t", text, got, ok)
		}
	}
	for _, text := range []string{"ada@ä..com", "ada@-ä.com", "ada@" + strings.Repeat("ä", 64) + ".com", "ada@ä_.com"} {
		if got, ok := address.Email(text); ok {
			t.Errorf("%s became %s", text, got)
		}
	}
}
