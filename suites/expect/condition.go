package expect

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/itchyny/gojq"
)

// Condition is what one place of a message has to be.
type Condition struct {
	query query
	says  string // "text matches \"spring\""
	holds func(results []any) bool
}

// where is the part of a call of the Send API in which plain names are members.
const where = ".message"

func condition(path, says string, holds func([]any) bool) (Condition, error) {
	q, err := parse(path, where)
	return Condition{query: q, says: path + " " + says, holds: holds}, err
}

// Equals holds where one result of the query is this value. Paths are queries of jq over
// the body of the call that sends a message, such as .recipient.id; a plain name is a
// member of the message: text is .message.text.
func Equals(path string, value json.RawMessage) (Condition, error) {
	wanted, err := decode(value)
	if err != nil {
		return Condition{}, err
	}
	return condition(path, string(value), some(func(v any) bool { return gojq.Compare(v, wanted) == 0 }))
}

// Matches holds where one result of the query is a text in which the expression, in the
// syntax of RE2, is found.
func Matches(path, expression string) (Condition, error) {
	e, err := regexp.Compile(expression)
	if err != nil {
		return Condition{}, fmt.Errorf("%q is not a regular expression: %w", expression, err)
	}
	return condition(path, fmt.Sprintf("that matches %q", expression), someText(e.MatchString))
}

// Contains holds where one result of the query is a text with this in it.
func Contains(path, part string) (Condition, error) {
	return condition(path, fmt.Sprintf("that contains %q", part), someText(func(text string) bool { return strings.Contains(text, part) }))
}

// Exists holds where one result of the query is not null or, if it must not exist, where
// all are.
func Exists(path string, exists bool) (Condition, error) {
	if !exists {
		there := some(func(v any) bool { return v != nil })
		return condition(path, "absent", func(results []any) bool { return !there(results) })
	}
	return condition(path, "present", some(func(v any) bool { return v != nil }))
}

func some(is func(any) bool) func([]any) bool {
	return func(results []any) bool {
		for _, v := range results {
			if is(v) {
				return true
			}
		}
		return false
	}
}

func someText(is func(string) bool) func([]any) bool {
	return some(func(v any) bool {
		text, ok := v.(string)
		return ok && is(text)
	})
}

// Fits reports whether it holds for a message. A query that fails for one, as the path of
// a member of what is a text, yields what it did until then.
func (c Condition) Fits(message json.RawMessage) bool {
	results, _ := c.query.results(message) // for a message of another kind that is usual
	return c.holds(results)
}

// String says what has to be.
func (c Condition) String() string { return c.says }
