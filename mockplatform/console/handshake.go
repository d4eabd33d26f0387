package console

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// handshake is the last one that is over; nil if there was none.
func (s *Server) handshake() *Handshake {
	last, _ := s.platform.Journal().Page(journal.Query{
		Match: func(x journal.Exchange) bool { return x.Kind == journal.Verification && x.Settled() }, Limit: 1,
	})
	if len(last) == 0 {
		return nil
	}
	x := last[0]
	callback, challenge := verified(x.Request.URL)
	h := &Handshake{Exchange: x.Seq, At: x.At, URL: callback}
	switch {
	case x.Err != "":
		h.Problem = x.Err
	case x.Response.Status != http.StatusOK:
		h.Problem = fmt.Sprintf("it answered %d; what is asked for is 200 with the challenge", x.Response.Status)
	case string(x.Response.Body) != challenge:
		h.Problem = "it answered 200, but not with the challenge as the whole body"
	default:
		h.Accepted = true
	}
	return h
}

// verified are the callback URL and the challenge of a verification request. Parameters
// that are the URL's own stay as they are.
func verified(target string) (callback, challenge string) {
	base, query, _ := strings.Cut(target, "?")
	parts := strings.Split(query, "&")
	parts = slices.DeleteFunc(parts, func(part string) bool {
		name, value, _ := strings.Cut(part, "=")
		if name == "hub.challenge" {
			challenge, _ = url.QueryUnescape(value) // it is digits
		}
		return strings.HasPrefix(name, "hub.")
	})
	if own := strings.Join(parts, "&"); own != "" {
		base += "?" + own
	}
	return base, challenge
}
