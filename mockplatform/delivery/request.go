package delivery

import (
	"bytes"
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// DefaultProto is the version that a request has unless it names another.
const DefaultProto = "HTTP/1.1"

// Request is a request as it goes over the wire.
type Request struct {
	// Method is "POST" for a delivery, "GET" for a verification.
	Method string
	// URL is an absolute http or https URL. Its path and query are sent byte for
	// byte; a fragment is not sent.
	URL string
	// Header is sent in this order and spelling, after Host and before
	// Content-Length, which the client writes. A Host, Content-Length or
	// Transfer-Encoding in it replaces the client's own: a way to misbehave.
	Header wire.Header
	// Body is sent as it is. Without one only POST, PUT and PATCH get a
	// Content-Length.
	Body []byte
	// Proto is the version in the request line. Default "HTTP/1.1".
	Proto string
	// Chunk, if positive, sends the body in chunks of so many bytes, with
	// Transfer-Encoding: chunked in place of Content-Length.
	Chunk int
	// Line, if set, is a connection that requests share, one after the other.
	// Default: a connection of its own.
	Line *Line
	// Pace slows the request down, cuts it up or breaks it off. Default: it is
	// sent in one go.
	Pace Pace
	// TLS changes how TLS is spoken for this request: another client certificate,
	// another version. It gets a configuration of its own. Default: Options.TLS as
	// it is.
	TLS func(*tls.Config)
}

// destination is where a request goes and how it names that.
type destination struct {
	tls    bool
	name   string // host name or address, for the certificate
	addr   string // host:port to connect to
	host   string // the Host header
	target string // the request target: path and query
}

// CheckURL says why nothing can be sent to a URL.
func CheckURL(raw string) error {
	_, err := parseURL(raw)
	return err
}

// parseURL reads a URL without normalising what the receiver will see.
func parseURL(raw string) (destination, error) {
	u, err := url.Parse(raw)
	if err != nil {
		// The text of a url.Error repeats the URL, which can hold a token.
		return destination{}, fmt.Errorf("the URL cannot be read: %w", root(err))
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Opaque != "" || u.Hostname() == "" {
		return destination{}, errors.New("the URL must be absolute, such as http://127.0.0.1:8080/webhook or https://example.com/webhook")
	}
	if u.User != nil {
		return destination{}, errors.New("the URL has a user name or a password; leave them out, they would not be sent")
	}
	d := destination{tls: u.Scheme == "https", name: u.Hostname()}
	if n, err := strconv.ParseUint(port(u), 10, 16); err != nil || n == 0 {
		return destination{}, fmt.Errorf("the URL's port %s is not between 1 and 65535", port(u))
	}
	d.addr = Address(u)
	d.host = hostHeader(u)
	d.target = target(raw)
	if i := strings.IndexFunc(d.host+d.target, func(r rune) bool { return r <= ' ' || r == 0x7f }); i >= 0 {
		return destination{}, errors.New("the URL has a space or a control character; write it percent-encoded (%20)")
	}
	if strings.IndexFunc(d.host, func(r rune) bool { return r > 0x7f }) >= 0 {
		return destination{}, fmt.Errorf("the host name %q is not ASCII; write it in Punycode (xn--…)", d.host)
	}
	return d, nil
}

// Address is the host:port to which an http or https URL leads.
func Address(u *url.URL) string { return net.JoinHostPort(u.Hostname(), port(u)) }

// port is the URL's port, or its scheme's own.
func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

// hostHeader is the authority as curl, and so Meta, sends it: without the
// scheme's own port and without the zone of an IPv6 address.
func hostHeader(u *url.URL) string {
	host, port := u.Hostname(), u.Port()
	if strings.Contains(host, ":") {
		host, _, _ = strings.Cut(host, "%")
		host = "[" + host + "]"
	}
	if port == "" || u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		return host
	}
	return host + ":" + port
}

// target cuts path and query out of an absolute URL.
func target(raw string) string {
	raw, _, _ = strings.Cut(raw, "#")
	_, rest, _ := strings.Cut(raw, "://")
	i := strings.IndexAny(rest, "/?")
	switch {
	case i < 0:
		return "/"
	case rest[i] == '?':
		return "/" + rest[i:]
	}
	return rest[i:]
}

// prepare returns where the request goes and the pieces in which it is written.
func (r Request) prepare() (destination, transmission, error) {
	dest, err := parseURL(r.URL)
	if err != nil {
		return destination{}, transmission{}, err
	}
	head, err := r.head(dest.host, dest.target)
	if err != nil {
		return destination{}, transmission{}, err
	}
	body := r.Body
	if r.Chunk > 0 {
		body = chunked(body, r.Chunk)
	}
	t, err := r.Pace.transmit(head, body)
	return dest, t, err
}

// head is everything before the body.
func (r Request) head(host, target string) ([]byte, error) {
	if !isToken(r.Method) {
		return nil, fmt.Errorf("%q is not an HTTP method", r.Method)
	}
	proto := cmp.Or(r.Proto, DefaultProto)
	if version, ok := strings.CutPrefix(proto, "HTTP/"); !ok || !isToken(version) {
		return nil, fmt.Errorf("%q is not an HTTP version", proto)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s %s\r\n", r.Method, target, proto)
	if !has(r.Header, "Host") {
		fmt.Fprintf(&b, "Host: %s\r\n", host)
	}
	for _, f := range r.Header {
		if !isToken(f.Name) {
			return nil, fmt.Errorf("%q is not a header name", f.Name)
		}
		if strings.ContainsAny(f.Value, "\r\n\x00") {
			return nil, fmt.Errorf("the header %s holds a line break or a zero byte", f.Name)
		}
		fmt.Fprintf(&b, "%s: %s\r\n", f.Name, f.Value)
	}
	switch {
	case has(r.Header, "Content-Length") || has(r.Header, "Transfer-Encoding"):
	case r.Chunk > 0:
		b.WriteString("Transfer-Encoding: chunked\r\n")
	case len(r.Body) > 0 || bodyExpected(r.Method):
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(r.Body))
	}
	b.WriteString("\r\n")
	return b.Bytes(), nil
}

// bodyExpected reports whether a request of this method says that it has no
// body when it has none (RFC 9110 section 8.6).
func bodyExpected(method string) bool {
	return method == "POST" || method == "PUT" || method == "PATCH"
}

func has(h wire.Header, name string) bool {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			return true
		}
	}
	return false
}

// isToken reports whether s is a token of RFC 9110 section 5.6.2.
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return s != ""
}
