package schemas

import (
	"encoding/json"
	"strconv"
	"strings"
)

// maxExponent is far beyond any number of Meta's. The schema library expands a
// number to its full length, and a short 1e999999 to a million digits.
const maxExponent = 400

// unusableNumbers returns a problem for every number that cannot be compared.
func unusableNumbers(value any) []Problem {
	var found []Problem
	var path []string
	var walk func(any)
	visit := func(token string, v any) {
		path = append(path, token)
		walk(v)
		path = path[:len(path)-1]
	}
	walk = func(value any) {
		switch v := value.(type) {
		case json.Number:
			if !usable(v.String()) {
				found = append(found, Problem{
					Breach:  Malformed,
					Pointer: Pointer(path...),
					Message: "is " + shorten(v.String()) + ", a number whose exponent is out of range",
				})
			}
		case []any:
			for i, item := range v {
				visit(strconv.Itoa(i), item)
			}
		case map[string]any:
			for name, item := range v {
				visit(name, item)
			}
		}
	}
	walk(value)
	return tidy(found)
}

func usable(number string) bool {
	_, exponent, ok := strings.Cut(strings.ToLower(number), "e")
	if !ok {
		return true
	}
	power, err := strconv.Atoi(exponent)
	return err == nil && power >= -maxExponent && power <= maxExponent
}
