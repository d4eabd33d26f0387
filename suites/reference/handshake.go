package reference

import (
	"crypto/subtle"
	"net/http"
	"net/url"
)

// handshake answers the verification request that Meta sends when a callback
// URL is entered. The challenge is an opaque string and goes back unchanged:
// quotes or a newline around it make Meta refuse the URL.
//
// See https://developers.facebook.com/docs/messenger-platform/webhooks.
func handshake(verifyToken, rawQuery string) answer {
	refused := answer{status: http.StatusForbidden, body: "the verify token does not fit\n"}
	query, err := url.ParseQuery(rawQuery)
	if err != nil || verifyToken == "" {
		return refused
	}
	mode, _ := only(query["hub.mode"])
	token, _ := only(query["hub.verify_token"])
	if mode != "subscribe" || subtle.ConstantTimeCompare([]byte(token), []byte(verifyToken)) != 1 {
		return refused
	}
	challenge, ok := only(query["hub.challenge"])
	if !ok || challenge == "" {
		return answer{status: http.StatusBadRequest, body: "hub.challenge is missing\n"}
	}
	return answer{status: http.StatusOK, body: challenge}
}

// only returns the value that is given exactly once. Of several values two
// programs may believe different ones, so none is believed.
func only(values []string) (string, bool) {
	if len(values) != 1 {
		return "", false
	}
	return values[0], true
}
