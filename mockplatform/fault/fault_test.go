package fault_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

const (
	secret  = "the app's secret"
	body    = `{"object":"page","entry":[]}`
	spaced  = `{"object": "page", "entry": []}`
	sha1    = "X-Hub-Signature"
	sha256  = "X-Hub-Signature-256"
	another = "the secret of another app"
)

func genuine(text string) delivery.Request {
	return delivery.Request{
		Method: "POST", URL: "http://127.0.0.1/", Body: []byte(text),
		Header: wire.DeliveryHeader(wire.Heading{Secret: secret}, []byte(text)),
	}
}

// apply spoils a genuine request and checks what holds for every fault.
func apply(t *testing.T, f fault.Fault, text string) delivery.Request {
	t.Helper()
	r := genuine(text)
	header, sent := r.Header, r.Body
	if err := f.Apply(&r); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(header, genuine(text).Header) || string(sent) != text {
		t.Error("the fault wrote into what others hold")
	}
	if f.Describe() == "" {
		t.Error("the fault has no description")
	}
	return r
}

// values returns the values of all header lines of that name.
func values(h wire.Header, name string) (found []string) {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			found = append(found, f.Value)
		}
	}
	return found
}

// fits reports which lines of both signature headers fit the body.
func fits(r delivery.Request, secret string) (fits []bool) {
	for _, name := range []string{sha1, sha256} {
		for _, value := range values(r.Header, name) {
			fits = append(fits, wire.Verify(secret, r.Body, value) == nil)
		}
	}
	return fits
}

// Faults that need a signature, or a place in the body, say so when it is not
// there, instead of sending what is not spoilt.
func TestFaultsThatCannotBeApplied(t *testing.T) {
	unsigned := func() delivery.Request { return delivery.Request{Body: []byte(`"a: b, \" c"`)} }
	for name, tt := range map[string]struct {
		fault fault.Fault
		text  string
	}{
		"wrong digest":     {fault.WrongSHA256KeepSHA1(), "it has no X-Hub-Signature-256"},
		"truncated":        {fault.TruncatedDigest(8), "it has no X-Hub-Signature or X-Hub-Signature-256"},
		"nothing to write": {fault.InsertSpace(), "no colon or comma"},
		"nothing to cut":   {fault.RemoveSpace(), "wire.Generic"},
		"nothing like it":  {fault.Replace("absent", ""), `does not contain "absent"`},
		"no position":      {fault.FlipByte("nowhere"), `"nowhere" is no position`},
	} {
		r := unsigned()
		if err := tt.fault.Apply(&r); err == nil || !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%s: error %v, want …%s…", name, err, tt.text)
		}
		if len(r.Header) != 0 || string(r.Body) != string(unsigned().Body) {
			t.Errorf("%s: the request changed all the same", name)
		}
	}
	empty := delivery.Request{}
	if err := fault.FlipByte(fault.Start).Apply(&empty); err == nil {
		t.Error("a bit of an empty body was changed")
	}
}
