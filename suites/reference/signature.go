package reference

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
)

// read returns the body as it was sent. The signature is over these bytes, so
// nothing may parse, decode or re-encode them before.
func read(w http.ResponseWriter, req *http.Request) ([]byte, error) {
	return io.ReadAll(http.MaxBytesReader(w, req.Body, maxBody))
}

// authentic tells whether X-Hub-Signature-256 is the HMAC-SHA256 of the raw
// body. The older X-Hub-Signature (SHA-1) is not looked at, beside the newer
// one or alone: otherwise a forger could choose the weaker of the two.
//
// See https://developers.facebook.com/docs/messenger-platform/webhooks.
func authentic(secret string, header http.Header, body []byte) bool {
	value, ok := only(header.Values("X-Hub-Signature-256"))
	if !ok || secret == "" {
		return false
	}
	digits, ok := strings.CutPrefix(value, "sha256=")
	if !ok {
		return false
	}
	claimed, err := hex.DecodeString(digits)
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return hmac.Equal(claimed, mac.Sum(nil))
}

// secretOf returns the secret that a body has to be signed with. Nothing else in the body
// is believed yet.
func (c Config) secretOf(body []byte) string {
	if c.InstagramSecret == "" || c.InstagramSecret == c.AppSecret {
		return c.AppSecret
	}
	doc, err := decode(body)
	if o, ok := doc.(object); err == nil && ok && o["object"] == "instagram" {
		return c.InstagramSecret
	}
	return c.AppSecret
}
