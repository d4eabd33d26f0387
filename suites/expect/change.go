package expect

import (
	"encoding/json"
	"fmt"

	"github.com/seed-11445fa1/referee/mockplatform/event"
)

// Change makes another event of one.
type Change struct {
	// Place is where it is written down, such as "referee.yaml:13:9".
	Place string
	path  query
	value json.RawMessage // nil: the member is taken out
}

// Set gives a member of an event a value, or adds it. Its path is one of jq, such as
// .referral.ref; a plain name is a member of the event.
func Set(path string, value json.RawMessage) (Change, error) {
	return change(path, value)
}

// Remove takes a member out of an event.
func Remove(path string) (Change, error) { return change(path, nil) }

func change(path string, value json.RawMessage) (Change, error) {
	c := Change{value: value}
	var err error
	if c.path, err = parse(path, ""); err != nil {
		return c, err
	}
	of := path
	if plainName.MatchString(path) {
		of = "." + path
	}
	c.path, err = parse("path("+of+")", "")
	c.path.text = path
	if err != nil {
		return c, fmt.Errorf("%q is no path to a member: %w", path, err)
	}
	return c, nil
}

// Edit is the change as an edit of an event. It fails where the path leads to no one
// place of it, or where nothing can be set.
func (c Change) Edit(doc json.RawMessage) (json.RawMessage, error) {
	results, err := c.path.results(doc)
	if err == nil && len(results) != 1 {
		err = fmt.Errorf("it leads to %d places; it has to lead to one", len(results))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.path.text, err)
	}
	path, _ := results[0].([]any)
	at, err := pointer(path)
	if err == nil && at == "" {
		err = fmt.Errorf("it leads to the whole event; it has to lead to a member")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.path.text, err)
	}
	edit := event.Remove(at)
	if c.value != nil {
		edit = event.Set(at, string(c.value))
	}
	changed, err := edit(doc)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.path.text, err)
	}
	return changed, nil
}

// String says what is changed.
func (c Change) String() string {
	if c.value == nil {
		return "no " + c.path.text
	}
	return c.path.text + " " + string(c.value)
}
