package mockplatform

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// maxRedirects is how many redirects of a verification request are followed:
// "Maximum (2) redirects followed" is an error that was seen.
const maxRedirects = 2

// Handshake verifies a callback URL: it sends a GET request with these
// parameters in this order, appended to a query that the URL may have. For the
// genuine handshake they are hub.mode=subscribe, hub.challenge and
// hub.verify_token:
// https://developers.facebook.com/docs/graph-api/webhooks/getting-started
//
// At most two redirects are followed, as was observed of Meta. Each request is
// recorded in the journal; the attempt that is returned is the last. Whether
// the answer verifies the URL is the caller's to judge.
func (p *Platform) Handshake(ctx context.Context, callbackURL string, query []wire.Field) delivery.Attempt {
	target := withQuery(callbackURL, query)
	for redirects := 0; ; redirects++ {
		r := delivery.Request{Method: "GET", URL: target, Header: wire.VerificationHeader()}
		a := p.exchange(ctx, r, journal.Exchange{Kind: journal.Verification}, once)
		next, moved := redirect(target, a.Answer)
		if a.Err != nil || !moved {
			return a
		}
		if redirects == maxRedirects {
			a.Err = &delivery.Error{
				Reason: delivery.ReasonRedirects,
				Text:   fmt.Sprintf("the callback URL redirects more than %d times; it is not followed any further", maxRedirects),
			}
			return a
		}
		target = next
	}
}

// redirect returns where an answer sends the client; false if it does not.
func redirect(from string, a *delivery.Answer) (string, bool) {
	if a == nil {
		return "", false
	}
	switch a.Status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return "", false
	}
	location := a.Header.Get("Location")
	base, err := url.Parse(from)
	if err != nil || location == "" {
		return "", false
	}
	to, err := base.Parse(location)
	if err != nil {
		return location, true // the next attempt says what is wrong with it
	}
	return to.String(), true
}

// withQuery appends parameters to a URL; its own query keeps its bytes.
func withQuery(callbackURL string, query []wire.Field) string {
	base, _, _ := strings.Cut(callbackURL, "#")
	if len(query) == 0 {
		return base
	}
	parameters := make([]string, len(query))
	for i, f := range query {
		parameters[i] = escape(f.Name) + "=" + escape(f.Value)
	}
	join := "?"
	if strings.HasSuffix(base, "?") || strings.HasSuffix(base, "&") {
		join = ""
	} else if strings.Contains(base, "?") {
		join = "&"
	}
	return base + join + strings.Join(parameters, "&")
}

// escape percent-encodes as curl does: every byte but the unreserved characters
// of RFC 3986. url.QueryEscape would write a space as "+".
func escape(text string) string {
	return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}
