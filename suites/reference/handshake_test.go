package reference

import (
	"net/http"
	"testing"
)

func TestHandshake(t *testing.T) {
	const right = "hub.mode=subscribe&hub.verify_token=verify+token"
	tests := []struct {
		name, query string
		status      int
		body        string // looked at only for status 200
	}{
		{"match", right + "&hub.challenge=1158201444", 200, "1158201444"},
		{"another order", "hub.challenge=007&hub.verify_token=verify%20token&hub.mode=subscribe", 200, "007"},
		{"challenge to be decoded", right + "&hub.challenge=a%2Bb%26%3Ci%3E%22", 200, `a+b&<i>"`},
		{"unknown parameter", right + "&hub.challenge=1&x=2", 200, "1"},
		{"wrong token", "hub.mode=subscribe&hub.verify_token=verify&hub.challenge=1", 403, ""},
		{"token in capitals", "hub.mode=subscribe&hub.verify_token=VERIFY+TOKEN&hub.challenge=1", 403, ""},
		{"no token", "hub.mode=subscribe&hub.challenge=1", 403, ""},
		{"two tokens", right + "&hub.verify_token=other&hub.challenge=1", 403, ""},
		{"another mode", "hub.mode=unsubscribe&hub.verify_token=verify+token&hub.challenge=1", 403, ""},
		{"no mode", "hub.verify_token=verify+token&hub.challenge=1", 403, ""},
		{"no parameters", "", 403, ""},
		{"broken escape", right + "&hub.challenge=%zz", 403, ""},
		{"no challenge", right, 400, ""},
		{"empty challenge", right + "&hub.challenge=", 400, ""},
		{"two challenges", right + "&hub.challenge=1&hub.challenge=2", 400, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := handshake(testToken, tt.query)
			if got.status != tt.status {
				t.Errorf("status %d, want %d", got.status, tt.status)
			}
			if tt.status == http.StatusOK && got.body != tt.body {
				t.Errorf("body %q, want %q", got.body, tt.body)
			}
		})
	}
	if got := handshake("", "hub.mode=subscribe&hub.verify_token=&hub.challenge=1"); got.status != http.StatusForbidden {
		t.Errorf("without a verify token: status %d, want 403", got.status)
	}
}
