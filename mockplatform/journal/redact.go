package journal

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
)

// shortestSecret is the length from which a secret is masked wherever it
// appears. A shorter one ("token") could be an ordinary word in a body.
const shortestSecret = 16

// namedSecret finds values that are secret by their name, in a query, a form
// or a JSON text, also in JSON text inside a form or inside a JSON string, and
// in text that is none of these. It does not parse, so that what cannot be
// parsed is masked too, and the rest keeps its bytes.
var namedSecret = regexp.MustCompile(`(?i)` +
	`((?:access_token|input_token|exchange_token|verify_token|client_secret|app_secret|appsecret_proof)` +
	`(?:["'\\\s+]|%22|%20|%5C)*` +
	`(?:[=:]|%3A|%3D)` +
	`(?:["'\\\s+]|%22|%20|%5C)*)` +
	// The value, up to what ends one: a quote, white space or a delimiter,
	// each plain or percent-encoded.
	`((?:[^"'\\\s&,;}%]|%[013468-9a-f].|%2[13-57-9abdef]|%5[0-9abd-f]|%7[0-9abcef]|\\/|\\u[0-9a-f]{4})+)`)

// mask hides secrets in exchanges.
type mask struct {
	secrets [][]byte
}

func newMask(secrets []string) mask {
	var m mask
	for _, s := range secrets {
		if len(s) >= shortestSecret {
			m.secrets = append(m.secrets, []byte(s))
		}
	}
	// The longest first: a page token could contain the app secret.
	slices.SortFunc(m.secrets, func(a, b []byte) int { return len(b) - len(a) })
	return m
}

// exchange masks x, which must not share memory with anything. Masking what is
// masked already changes nothing.
func (m mask) exchange(x Exchange) Exchange {
	m.head(&x.Request)
	m.head(&x.Response)
	if x.Direction == FromReceiver {
		x.Request.Body = m.text(x.Request.Body)
		x.Doc = m.text(x.Doc)
	}
	x.Response.Body = m.text(x.Response.Body)
	x.Err = m.string(x.Err)
	return x
}

func (m mask) head(msg *Message) {
	msg.URL = m.string(msg.URL)
	for i, f := range msg.Header {
		switch strings.ToLower(f.Name) {
		case "authorization", "proxy-authorization":
			scheme, token, found := strings.Cut(f.Value, " ")
			if !found {
				scheme, token = "", f.Value
			}
			f.Value = strings.TrimLeft(scheme+" ", " ") + shorten(token)
		default:
			f.Value = m.string(f.Value)
		}
		msg.Header[i] = f
	}
}

func (m mask) string(s string) string { return string(m.text([]byte(s))) }

// text masks in a text of any kind. It returns text itself when it holds no
// secret.
func (m mask) text(text []byte) []byte {
	if mayName(text) {
		text = namedSecret.ReplaceAllFunc(text, func(found []byte) []byte {
			part := namedSecret.FindSubmatch(found)
			return append(slices.Clone(part[1]), shorten(string(part[2]))...)
		})
	}
	for _, secret := range m.secrets {
		if bytes.Contains(text, secret) {
			text = bytes.ReplaceAll(text, secret, []byte(shorten(string(secret))))
		}
	}
	return text
}

// mayName reports whether a name that namedSecret looks for can be in the text.
// Most texts have none, and the expression is slow on large bodies.
func mayName(text []byte) bool {
	for {
		i := bytes.IndexByte(text, '_')
		if i < 0 {
			return false
		}
		text = text[i+1:]
		for _, last := range []string{"token", "secret", "proof"} {
			if len(text) >= len(last) && strings.EqualFold(string(text[:len(last)]), last) {
				return true
			}
		}
	}
}

// shorten keeps the first four characters of a secret, enough to tell two
// tokens apart, and none of one that has fewer than nine.
func shorten(secret string) string {
	const ellipsis = "…"
	if strings.HasSuffix(secret, ellipsis) {
		return secret
	}
	if len(secret) < 9 {
		return ellipsis
	}
	return secret[:4] + ellipsis
}
