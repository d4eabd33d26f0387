package fault_test

import (
	"slices"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

func TestSignWith(t *testing.T) {
	r := apply(t, fault.SignWith("another secret", another), body)
	if !slices.Equal(fits(r, secret), []bool{false, false}) || !slices.Equal(fits(r, another), []bool{true, true}) {
		t.Errorf("got %v", r.Header)
	}
}

func TestASecretIsNotTold(t *testing.T) {
	if text := fault.SignWith("the verify token", "hush").Describe(); text != "signed with the verify token" {
		t.Errorf("got %q", text)
	}
}

func TestSignatureOf(t *testing.T) {
	r := apply(t, fault.SignatureOf(secret, []byte("other")), body)
	if string(r.Body) != body || !slices.Equal(fits(r, secret), []bool{false, false}) {
		t.Errorf("got %v", r.Header)
	}
	if want := wire.Sign(secret, []byte("other")); r.Header.Get(sha1) != want.SHA1 || r.Header.Get(sha256) != want.SHA256 {
		t.Errorf("got %v, want %v", r.Header, want)
	}
}
