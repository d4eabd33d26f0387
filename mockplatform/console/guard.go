package console

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seed-11445fa1/referee/mockplatform/internal/origin"
)

const (
	// tokenCookie keeps the token in a browser that came by a link with it.
	tokenCookie = "referee_console"
	// tokenParameter is the token in such a link.
	tokenParameter = "token"
	// tokenScheme is what the description of the API calls the token.
	tokenScheme = "token"
	// apiPrefix is where the control API is.
	apiPrefix = "/api/v1/"
)

// policy is the Content-Security-Policy of every answer: scripts, styles and
// data come from the console alone, so that nothing that a receiver sends can
// run, and a browser fetches no picture, film or sound that it names.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

// guard lets through what comes from the console itself, from a program on this
// machine, or with the token.
type guard struct {
	next   http.Handler
	token  string // empty: none is asked for
	policy origin.Policy
	slots  chan struct{} // one for each request under way
}

func newGuard(next http.Handler, o Options) *guard {
	hosts := slices.Clone(o.Hosts)
	if host, _, err := net.SplitHostPort(o.Addr); err == nil {
		hosts = append(hosts, host)
	}
	return &guard{
		next: next, token: o.Token, slots: make(chan struct{}, maxRequests),
		policy: origin.Policy{
			Service: "the console", HostFlag: "--console-host", Hosts: hosts, Addresses: o.Token != "",
			Takes: "the console takes requests only from its own pages and from programs that are no browser",
		},
	}
}

func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	select {
	case g.slots <- struct{}{}:
		defer func() { <-g.slots }()
	default:
		h.Set("Retry-After", "1")
		refuse(w, http.StatusServiceUnavailable, fmt.Sprintf("the console has %d requests under way already; try again in a second", maxRequests))
		return
	}
	// Streams move the deadline on with each part that was read. Not every
	// ResponseWriter can set one.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(answerTime))
	// Health checks tell nothing, and come from anywhere.
	if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
		g.next.ServeHTTP(w, r)
		return
	}
	if problem := g.policy.Unknown(r.Host); problem != "" {
		refuse(w, http.StatusForbidden, problem)
		return
	}
	if problem := g.foreign(r); problem != "" {
		refuse(w, http.StatusForbidden, problem)
		return
	}
	if g.token != "" && !g.admitted(w, r) {
		return
	}
	// It is what curl -d says of any body. A form of a browser does not get here.
	if r.Header.Get("Content-Type") == "application/x-www-form-urlencoded" {
		r.Header.Set("Content-Type", "application/json")
	}
	g.next.ServeHTTP(w, r)
}

// foreign says why a request is refused that a page of another origin made. The
// API does not answer even its harmless ones; to the pages a link may lead.
func (g *guard) foreign(r *http.Request) string {
	safe := r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
	if safe && !strings.HasPrefix(r.URL.Path, apiPrefix) {
		return ""
	}
	return g.policy.Foreign(r)
}

// admitted reports whether a request has the token; else it has been answered. A
// link with the token leaves it in a cookie and goes on without it.
func (g *guard) admitted(w http.ResponseWriter, r *http.Request) bool {
	if given := r.URL.Query().Get(tokenParameter); given != "" && r.Method == http.MethodGet && same(given, g.token) {
		http.SetCookie(w, &http.Cookie{Name: tokenCookie, Value: given, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
		http.Redirect(w, r, r.URL.Path, http.StatusSeeOther)
		return false
	}
	if given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok && same(given, g.token) {
		return true
	}
	if cookie, err := r.Cookie(tokenCookie); err == nil && same(cookie.Value, g.token) {
		return true
	}
	if comeback(w, r) {
		return false
	}
	w.Header().Set("WWW-Authenticate", `Bearer realm="referee console"`)
	refuse(w, http.StatusUnauthorized, "this console wants its token: open the link that `referee serve` printed, or send the header Authorization: Bearer TOKEN")
	return false
}

// same compares two secrets in constant time, whatever their lengths are.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// refuse answers a problem (RFC 9457).
func refuse(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	// A client that has gone away is its own concern.
	_ = huma.DefaultJSONFormat.Marshal(w, huma.NewError(status, detail))
}
