package event

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/jsontext"
)

// pointerTokens splits a JSON pointer (RFC 6901) into its unescaped tokens.
func pointerTokens(pointer string) ([]string, error) {
	if pointer == "" {
		return nil, nil
	}
	if pointer[0] != '/' {
		return nil, errors.New("a JSON pointer is empty or begins with /")
	}
	tokens := strings.Split(pointer[1:], "/")
	for i, token := range tokens {
		for rest := token; ; {
			_, after, found := strings.Cut(rest, "~")
			if !found {
				break
			}
			if after == "" || after[0] != '0' && after[0] != '1' {
				return nil, fmt.Errorf("in a JSON pointer ~ is written ~0 and / in a name ~1, not %q", token)
			}
			rest = after
		}
		tokens[i] = schemas.UnescapeToken(token)
	}
	return tokens, nil
}

// name returns the name of the member at position i, or its index in an array.
func (n *node) name(i int) string {
	if n.kind == jsontext.ArrayStart {
		return strconv.Itoa(i)
	}
	return jsontext.Unquote(n.members[i].name)
}

// find returns the value that the tokens lead to.
func (n *node) find(tokens []string) (*node, error) {
	for _, token := range tokens {
		i, err := n.index(token)
		if err != nil {
			return nil, err
		}
		n = n.members[i].value
	}
	return n, nil
}

// index returns the position of the member that the token names. Of members
// that share a name it is the last, the one most decoders keep.
func (n *node) index(token string) (int, error) {
	switch n.kind {
	case jsontext.ObjectStart:
		for i := len(n.members) - 1; i >= 0; i-- {
			if jsontext.Unquote(n.members[i].name) == token {
				return i, nil
			}
		}
		return 0, fmt.Errorf("the object has no member %q", token)
	case jsontext.ArrayStart:
		i, err := strconv.Atoi(token)
		if err != nil || strconv.Itoa(i) != token || i < 0 {
			return 0, fmt.Errorf("the array has no element %q, want an index from 0", token)
		}
		if i >= len(n.members) {
			return 0, fmt.Errorf("the array has no element %d, its length is %d", i, len(n.members))
		}
		return i, nil
	default:
		return 0, fmt.Errorf("%s has no member %q, it is neither object nor array", n.raw, token)
	}
}
