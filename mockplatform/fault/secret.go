package fault

import (
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// SignWith signs the body with a secret that is not the app's: what somebody
// could send who does not know it. what names the secret for the description,
// "another secret" for example, as the secret itself must not be told.
func SignWith(what, secret string) Fault {
	return change{"signed with " + what, func(r *delivery.Request) error {
		sign(r, wire.Sign(secret, r.Body))
		return nil
	}}
}

// SignatureOf carries the signature of another body, made with the secret: a
// genuine signature that was seen elsewhere.
func SignatureOf(secret string, other []byte) Fault {
	return change{"with the signature of another body", func(r *delivery.Request) error {
		sign(r, wire.Sign(secret, other))
		return nil
	}}
}

// sign sets both signature headers.
func sign(r *delivery.Request, s wire.Signature) {
	h := r.Header.Clone()
	h.Set(sha1Header, s.SHA1)
	h.Set(sha256Header, s.SHA256)
	r.Header = h
}
