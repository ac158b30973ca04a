package tickler_test

import (
	"encoding/hex"
	"testing"

	"tickler"
)

func TestAccessKeyAdmits(t *testing.T) {
	const secret = "s3cret"
	good := tickler.AccessKey{ID: keyID, SecretHash: tickler.HashSecret(secret)}
	revoked := good
	revoked.RevokedAt = at(t, "2026-11-20 12:00:00")
	nameless := good
	nameless.ID = tickler.ID{}
	tests := map[string]struct {
		key    tickler.AccessKey
		secret string
		want   bool
	}{
		"right":                {good, secret, true},
		"wrong":                {good, "s3creT", false},
		"empty":                {good, "", false},
		"longer":               {good, secret + "x", false},
		"revoked":              {revoked, secret, false},
		"no such key":          {nameless, secret, false},
		"zero key":             {tickler.AccessKey{}, "", false},
		"key without a secret": {tickler.AccessKey{ID: keyID}, "", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := test.key.Admits(test.secret); got != test.want {
				t.Errorf("admits: %t, want %t", got, test.want)
			}
		})
	}
}

// Stored hashes outlive the program, so the way of hashing must not change.
func TestHashSecretIsSHA256(t *testing.T) {
	const want = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // FIPS 180-4, "abc"
	hash := tickler.HashSecret("abc")
	if got := hex.EncodeToString(hash[:]); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
