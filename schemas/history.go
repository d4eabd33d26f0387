package schemas

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed history/*.json
var historyFiles embed.FS

// Change is one step in the history of what Meta sends.
type Change struct {
	// Date is "2006", "2006-01" or "2006-01-02".
	Date string `json:"date"`
	// Version is the version of the Graph API that brought it, "v11.0"; empty where
	// Meta names none.
	Version string `json:"version,omitempty"`
	// Field is the webhook field that it is about.
	Field string `json:"field"`
	// Change says what happened, in one or two sentences.
	Change string `json:"change"`
	// Source is a page of Meta's, a repository or an issue.
	Source string `json:"source"`
	// Adds and Removes are places in the schemas that are there from this date
	// on, and no longer: the file, "#", and a JSON Pointer, in which an element
	// of enum, examples or type is named by its text, and one of anyOf by the
	// member that it requires.
	Adds    []string `json:"adds,omitempty"`
	Removes []string `json:"removes,omitempty"`
}

// History returns every change that is known, the oldest first. The caller owns
// what it gets.
func History() []Change { return slices.Clone(history()) }

var history = sync.OnceValue(func() []Change {
	var changes []Change
	mustReadHistory("changes.json", &changes)
	inOrder(changes)
	return changes
})

// inOrder sorts changes by their dates.
func inOrder(changes []Change) {
	slices.SortStableFunc(changes, func(a, b Change) int { return cmp.Compare(firstDay(a.Date), firstDay(b.Date)) })
}

// mustReadHistory reads an embedded file; a test reads every one of them.
func mustReadHistory(file string, into any) {
	text, err := historyFiles.ReadFile("history/" + file)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		panic(fmt.Sprintf("history/%s: %v", file, err))
	}
}

// schemaAsOf takes out of a schema file what was not in it on a day.
func schemaAsOf(day string, changes []Change, file string, text []byte) ([]byte, error) {
	return withoutPlaces(absentOn(day, changes, file), text, func(pointer string, err error) error {
		return fmt.Errorf("%s#%s: %w", file, pointer, err)
	})
}

// withoutPlaces takes places out of a schema file; missing decides what it means that
// one is not there.
func withoutPlaces(absent []string, text []byte, missing func(pointer string, err error) error) ([]byte, error) {
	if len(absent) == 0 {
		return text, nil
	}
	doc, err := Decode(text)
	if err != nil {
		return nil, err
	}
	// What lies deeper first: the place around it may be absent too.
	slices.SortStableFunc(absent, func(a, b string) int { return strings.Count(b, "/") - strings.Count(a, "/") })
	for _, pointer := range absent {
		if err := takeOut(doc, pointer); err != nil {
			if err := missing(pointer, err); err != nil {
				return nil, err
			}
		}
	}
	return json.Marshal(doc)
}

// absentOn are the pointers to what was not in a schema file on a day.
func absentOn(day string, changes []Change, file string) []string {
	var absent []string
	for _, change := range changes {
		places := change.Adds
		if firstDay(change.Date) <= day {
			places = change.Removes
		}
		for _, place := range places {
			if name, pointer, _ := strings.Cut(place, "#"); name == file {
				absent = append(absent, pointer)
			}
		}
	}
	return absent
}

// takeOut deletes a member of an object, or the element of a list that is this
// text or requires the member of this name.
func takeOut(doc any, pointer string) error {
	before, last := splitLast(pointer)
	parent, ok := ValueAt(doc, before)
	if !ok {
		return fmt.Errorf("there is no %s", strconv.Quote(before))
	}
	switch v := parent.(type) {
	case map[string]any:
		name := UnescapeToken(last)
		if _, ok := v[name]; !ok {
			return fmt.Errorf("there is no member %q", name)
		}
		delete(v, name)
	case []any:
		i := slices.IndexFunc(v, func(element any) bool {
			return element == any(UnescapeToken(last)) || requires(element, UnescapeToken(last))
		})
		if i < 0 {
			return fmt.Errorf("there is no element %q", last)
		}
		grand, name := splitLast(before)
		owner, _ := ValueAt(doc, grand)
		object, ok := owner.(map[string]any)
		if !ok {
			return fmt.Errorf("the list is no member of an object")
		}
		object[name] = slices.Delete(v, i, i+1)
	default:
		return fmt.Errorf("%s holds neither members nor elements", before)
	}
	return nil
}

// requires reports whether a schema is {"required": [member]}.
func requires(schema any, member string) bool {
	object, _ := schema.(map[string]any)
	list, _ := object["required"].([]any)
	return len(list) == 1 && list[0] == member
}
