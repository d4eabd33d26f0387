package recorder

import (
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/recorder/capture"
)

// Check sets the facts about the signatures of a record. Without a secret for its body
// there is none to compare with.
func Check(keys wire.Secrets, r *capture.Record) {
	secret := keys.For(r.Request.Body)
	fact := func(name string) capture.Fact {
		value := wire.Header(r.Request.Header).Get(name)
		switch {
		case value == "":
			return capture.Missing
		case secret == "" || r.Request.Cut > 0:
			return capture.Unchecked
		case wire.Verify(secret, r.Request.Body, value) != nil:
			return capture.Wrong
		}
		return capture.Right
	}
	r.Signature = capture.Signature{SHA256: fact("X-Hub-Signature-256"), SHA1: fact("X-Hub-Signature")}
}
