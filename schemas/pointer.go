package schemas

import (
	"net/url"
	"strconv"
	"strings"
)

// A replacer builds its tables at its first use, which is dear: one for all.
var (
	tokenEscaper   = strings.NewReplacer("~", "~0", "/", "~1")
	tokenUnescaper = strings.NewReplacer("~1", "/", "~0", "~")
)

// UnescapeToken is the name that a token of a JSON Pointer (RFC 6901) stands for.
func UnescapeToken(token string) string { return tokenUnescaper.Replace(token) }

// Pointer makes a JSON Pointer (RFC 6901) of names.
func Pointer(tokens ...string) string {
	var b strings.Builder
	for _, token := range tokens {
		b.WriteByte('/')
		b.WriteString(tokenEscaper.Replace(token))
	}
	return b.String()
}

// AnyElement puts "-" into the place of every index of a JSON Pointer: what it names is
// one of the elements of a list.
func AnyElement(pointer string) string {
	tokens := strings.Split(pointer, "/")
	for i, token := range tokens {
		if IsIndex(token) {
			tokens[i] = "-"
		}
	}
	return strings.Join(tokens, "/")
}

// IsIndex reports whether a token of a JSON Pointer can be that of an element of a list.
func IsIndex(token string) bool { return token != "" && strings.Trim(token, "0123456789") == "" }

// plainPointer undoes the percent-encoding that the schema library puts on top
// of a JSON Pointer.
func plainPointer(location string) string {
	if plain, err := url.PathUnescape(location); err == nil {
		return plain
	}
	return location
}

// ValueAt returns the value that a JSON Pointer (RFC 6901) names in a decoded
// document, and whether there is one.
func ValueAt(doc any, pointer string) (any, bool) {
	if pointer == "" {
		return doc, true
	}
	for token := range strings.SplitSeq(pointer[1:], "/") {
		switch v := doc.(type) {
		case map[string]any:
			member, ok := v[UnescapeToken(token)]
			if !ok {
				return nil, false
			}
			doc = member
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(v) {
				return nil, false
			}
			doc = v[i]
		default:
			return nil, false
		}
	}
	return doc, true
}
