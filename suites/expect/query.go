package expect

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/itchyny/gojq"

	"github.com/seed-11445fa1/referee/schemas"
)

// query is a query in the syntax of jq.
type query struct {
	text string // as it was written
	code *gojq.Code
}

// Bounds of a query, whose author may have written one that never ends.
const (
	mostResults = 1000
	mostTime    = time.Second
)

// plainName is the name of a member that needs no dot.
var plainName = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)

// parse compiles a query. A plain name is that of a member of within, which is a query
// too.
func parse(text, within string) (query, error) {
	q := query{text: text}
	source := text
	if plainName.MatchString(text) {
		source = within + "." + text
	}
	parsed, err := gojq.Parse(source)
	if err != nil {
		return q, fmt.Errorf("%q is neither the name of a member nor a query of jq: %w", text, err)
	}
	if q.code, err = gojq.Compile(parsed); err != nil {
		return q, fmt.Errorf("the query %q: %w", text, err)
	}
	if _, err := q.results(json.RawMessage(`{"recipient":{"id":"1"},"message":{"text":"hello"}}`)); errors.Is(err, context.DeadlineExceeded) {
		return q, fmt.Errorf("the query %q takes more than %s for a short message; does it end?", text, mostTime)
	}
	return q, nil
}

// results are what a query yields for a document, until it fails.
func (q query) results(doc json.RawMessage) (all []any, err error) {
	value, err := decode(doc)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), mostTime)
	defer cancel()
	for results := q.code.RunWithContext(ctx, value); len(all) < mostResults; {
		result, more := results.Next()
		if !more {
			return all, nil
		}
		var halt *gojq.HaltError
		switch err, failed := result.(error); {
		case failed && errors.As(err, &halt) && halt.Value() == nil:
			return all, nil
		case failed:
			return all, err
		}
		all = append(all, result)
	}
	return all, fmt.Errorf("the query %q yields more than %d results", q.text, mostResults)
}

// decode reads JSON without losing a digit.
func decode(doc json.RawMessage) (value any, err error) {
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	err = d.Decode(&value)
	return value, err
}

// pointer is the JSON pointer of a path, as jq yields it.
func pointer(path []any) (string, error) {
	var tokens []string
	for _, step := range path {
		switch step := step.(type) {
		case string:
			tokens = append(tokens, step)
		case int:
			tokens = append(tokens, strconv.Itoa(step))
		default:
			return "", fmt.Errorf("%s names a part of a list, and not one member", gojq.Preview(step))
		}
	}
	return schemas.Pointer(tokens...), nil
}
