package watch

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
)

var (
	// obvious are values that nobody sends: <PSID>, {psid}, a text that goes on, a
	// list of values of which one will come.
	obvious = regexp.MustCompile(`^(<.*>|\{.*\})$|\.\.\.|…|\|`)
	// capitals are such values as well, where no value of a set is asked for.
	capitals = regexp.MustCompile(`^[A-Z][A-Z0-9]*([-_ ][A-Z0-9]+)*$`)
)

func isPlaceholder(text string) bool { return obvious.MatchString(text) }

// mostRounds is how often values are replaced: each time another rule of the schemas
// may be met.
const mostRounds = 4

// fit gives placeholders values that the catalogue knows, so that what is left are
// differences of what is printed. open are pointers of values whose type is not known.
// loose are the places of those and of the values that it gave.
func fit(c *schemas.Catalogue, body any, prefix string, open []string) (text []byte, loose map[string]bool) {
	isOpen, loose := map[string]bool{}, map[string]bool{}
	for _, pointer := range open {
		isOpen[prefix+pointer] = true
		loose[schemas.AnyElement(prefix+pointer)] = true
	}
	eachText("", body, func(pointer, printed string) {
		if isPlaceholder(printed) {
			loose[schemas.AnyElement(pointer)] = true
		}
	})
	text = schemas.Encode(body)
	for range mostRounds {
		r, err := c.Read(text)
		if err != nil {
			return text, loose
		}
		body, _ = schemas.Decode(text)
		changed := false
		for _, p := range slices.Concat(r.Problems, r.Novelties) {
			value, _ := schemas.ValueAt(body, p.Pointer)
			if instead, ok := fitting(c, p, value, isOpen[p.Pointer]); ok && set(body, p.Pointer, instead) {
				changed = true
				loose[schemas.AnyElement(p.Pointer)] = true
			}
		}
		if !changed {
			break
		}
		text = schemas.Encode(body)
	}
	return text, loose
}

// fitting is a value for a placeholder that breaks a rule of the schemas.
func fitting(c *schemas.Catalogue, p schemas.Problem, value any, open bool) (instead any, ok bool) {
	printed, isText := value.(string)
	switch {
	case p.Breach == schemas.Retyped && open && isText:
		return json.Number("1458692752478"), true
	case p.Breach == schemas.Retyped && open && value == json.Number("1458692752478"):
		return true, true
	case p.Breach == schemas.NewValue && isText && (open || isPlaceholder(printed)):
		if values, _ := c.KnownValues(objectAndMember(p.Pointer)); len(values) > 0 {
			return values[0], true
		}
	case p.Breach == schemas.Malformed && isText && (open || isPlaceholder(printed) || capitals.MatchString(printed)):
		return "1458692752478", printed != "1458692752478"
	}
	return nil, false
}

// objectAndMember are the names by which Catalogue.KnownValues knows a place.
func objectAndMember(pointer string) (object, member string) {
	tokens := strings.Split(pointer, "/")
	last := len(tokens) - 1
	switch {
	case last < 2:
		return "", tokens[last]
	case schemas.IsIndex(tokens[last]):
		return tokens[last-1], tokens[last-1] + "/-"
	case schemas.IsIndex(tokens[last-1]):
		return tokens[last-2] + "/-", tokens[last]
	}
	return tokens[last-1], tokens[last]
}

// set puts a value where a pointer leads to, and reports whether it leads anywhere.
func set(body any, pointer string, value any) bool {
	i := strings.LastIndexByte(pointer, '/')
	if i < 0 {
		return false
	}
	parent, _ := schemas.ValueAt(body, pointer[:i])
	last := schemas.UnescapeToken(pointer[i+1:])
	switch parent := parent.(type) {
	case map[string]any:
		parent[last] = value
		return true
	case []any:
		for n := range parent {
			if fmt.Sprint(n) == last {
				parent[n] = value
				return true
			}
		}
	}
	return false
}
