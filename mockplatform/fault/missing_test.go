package fault_test

import (
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

func TestMissingSignatures(t *testing.T) {
	for name, tt := range map[string]struct {
		fault        fault.Fault
		sha1, sha256 int
	}{
		"Unsigned":   {fault.Unsigned(), 0, 0},
		"OnlySHA256": {fault.OnlySHA256(), 0, 1},
		"OnlySHA1":   {fault.OnlySHA1(), 1, 0},
	} {
		r := apply(t, tt.fault, body)
		if len(values(r.Header, sha1)) != tt.sha1 || len(values(r.Header, sha256)) != tt.sha256 {
			t.Errorf("%s: got %v", name, r.Header)
		}
		for _, fit := range fits(r, secret) {
			if !fit {
				t.Errorf("%s: what is left does not fit: %v", name, r.Header)
			}
		}
		if r.Header.Get("Content-Type") == "" {
			t.Errorf("%s: other headers are gone: %v", name, r.Header)
		}
	}
}
