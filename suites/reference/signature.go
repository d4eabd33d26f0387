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
func authentic(appSecret string, header http.Header, body []byte) bool {
	value, ok := only(header.Values("X-Hub-Signature-256"))
	if !ok || appSecret == "" {
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
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write(body)
	return hmac.Equal(claimed, mac.Sum(nil))
}
