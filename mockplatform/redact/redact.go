// Package redact takes secrets out of texts that people read.
//
// Public API: the command line and the front doors of test frameworks show texts of a
// receiver, which may echo what it was given.
package redact

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// shortestSecret is the number of characters below which a secret is not
// looked for: it would be found in half of all words.
const shortestSecret = 4

// Redacted stands for what must not be shown.
const Redacted = "[redacted]"

// Redactor replaces each secret by Redacted wherever it occurs in a text: as it is,
// and as it looks inside a URL, a JSON or Go string, or a quoted shell word. Secrets
// of fewer than four characters are ignored.
func Redactor(secrets []string) *strings.Replacer {
	var forms []string
	for _, secret := range secrets {
		if utf8.RuneCountInString(secret) >= shortestSecret {
			forms = append(forms, spellings(secret)...)
		}
	}
	// The longest first, so that a secret that begins with another one does not
	// leave its own end behind.
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) })
	pairs := make([]string, 0, 2*len(forms))
	for _, form := range forms {
		pairs = append(pairs, form, Redacted)
	}
	return strings.NewReplacer(pairs...)
}

// spellings returns the ways in which a secret can appear in a text.
func spellings(secret string) []string {
	query, path := url.QueryEscape(secret), url.PathEscape(secret)
	goString := strconv.Quote(secret)
	return []string{
		secret,
		query, lowerEscapes(query),
		path, lowerEscapes(path),
		jsonInner(secret, true), jsonInner(secret, false),
		goString[1 : len(goString)-1],
		strings.ReplaceAll(secret, `'`, `'\''`),
	}
}

// lowerEscapes writes the hexadecimal digits of percent escapes in lower case:
// both cases are in use.
func lowerEscapes(escaped string) string {
	b := []byte(escaped)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:i+3], bytes.ToLower(b[i+1:i+3]))
		}
	}
	return string(b)
}

// jsonInner is the text between the quotes of the JSON string.
func jsonInner(text string, escapeHTML bool) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(escapeHTML)
	if err := encoder.Encode(text); err != nil {
		return text
	}
	quoted := bytes.TrimSpace(b.Bytes())
	return string(quoted[1 : len(quoted)-1])
}
