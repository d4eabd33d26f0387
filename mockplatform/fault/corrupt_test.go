package fault_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

func TestSignatureHeader(t *testing.T) {
	r := apply(t, fault.SignatureHeader(sha256, "sha256=00"), body)
	if got := r.Header.Get(sha256); got != "sha256=00" || !slices.Equal(fits(r, secret), []bool{true, false}) {
		t.Errorf("got %v", r.Header)
	}
}

func TestWrongSHA256KeepSHA1(t *testing.T) {
	r := apply(t, fault.WrongSHA256KeepSHA1(), body)
	if got, right := r.Header.Get(sha256), wire.Sign(secret, []byte(body)).SHA256; len(got) != len(right) || !slices.Equal(fits(r, secret), []bool{true, false}) {
		t.Errorf("got %v", r.Header)
	}
}

func TestSHA1AsSHA256(t *testing.T) {
	r := apply(t, fault.SHA1AsSHA256(), body)
	if got := r.Header.Get(sha256); got != wire.Sign(secret, []byte(body)).SHA1 || len(values(r.Header, sha1)) != 0 {
		t.Errorf("got %v", r.Header)
	}
}

func TestCorruptDigests(t *testing.T) {
	right := wire.Sign(secret, []byte(body))
	for name, tt := range map[string]struct {
		fault        fault.Fault
		sha1, sha256 string
	}{
		"TruncatedDigest":         {fault.TruncatedDigest(8), right.SHA1[:13], right.SHA256[:15]},
		"TruncatedDigest by none": {fault.TruncatedDigest(0), "sha1=", "sha256="},
		"ExtendedDigest":          {fault.ExtendedDigest("00"), right.SHA1 + "00", right.SHA256 + "00"},
		"EmptySignature":          {fault.EmptySignature(), "sha1=", "sha256="},
		"OtherPrefix":             {fault.OtherPrefix("sha512"), "sha512=" + right.SHA1[5:], "sha512=" + right.SHA256[7:]},
		"NoPrefix":                {fault.NoPrefix(), right.SHA1[5:], right.SHA256[7:]},
	} {
		r := apply(t, tt.fault, body)
		if r.Header.Get(sha1) != tt.sha1 || r.Header.Get(sha256) != tt.sha256 || slices.Contains(fits(r, secret), true) {
			t.Errorf("%s: got %v", name, r.Header)
		}
	}
}

func TestDuplicatedHeader(t *testing.T) {
	for wrongFirst, want := range map[bool][]bool{true: {false, true, false, true}, false: {true, false, true, false}} {
		r := apply(t, fault.DuplicatedHeader(wrongFirst), body)
		if got := fits(r, secret); !slices.Equal(got, want) || len(r.Header) != len(genuine(body).Header)+2 {
			t.Errorf("wrong first %v: got %v, want %v", wrongFirst, got, want)
		}
	}
}

// Whatever the body, a corrupted digest does not fit it.
func TestCorruptDigestsNeverFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		for _, f := range []fault.Fault{
			fault.WrongSHA256KeepSHA1(), fault.TruncatedDigest(39), fault.ExtendedDigest("0"), fault.EmptySignature(), fault.OtherPrefix("md5"), fault.NoPrefix(),
		} {
			r := delivery.Request{Body: text, Header: wire.DeliveryHeader(wire.Heading{Secret: secret}, text)}
			if err := f.Apply(&r); err != nil {
				t.Fatal(err)
			}
			if err := wire.Verify(secret, text, r.Header.Get(sha256)); err == nil {
				t.Errorf("a delivery %s verifies: %s", f.Describe(), strings.Join(values(r.Header, sha256), ", "))
			}
		}
	})
}
