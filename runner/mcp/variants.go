package mcp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/seed-11445fa1/referee/schemas"
)

// variantsArguments are those of the tool variants.
type variantsArguments struct {
	ID     string `json:"id,omitempty" jsonschema:"Show this one, with its payload and what Meta says of it."`
	Search string `json:"search,omitempty" jsonschema:"Only those whose id, title or family has all of these words."`
	After  int    `json:"after,omitempty" jsonschema:"Leave out this number of them: what the answer before has as after."`
}

func (s *Server) addVariants() {
	add(s, &sdk.Tool{
		Name: "variants", Title: "What Meta sends",
		Description: "List the documented shapes of webhook events, their ids and titles, or with id show one: its payload with placeholders, and the page of Meta's that it rests on. For a question about what an event looks like, and for ids that emit takes.",
		Annotations: &sdk.ToolAnnotations{ReadOnlyHint: true, OpenWorldHint: new(false)},
		InputSchema: input[variantsArguments](map[string]func(*jsonschema.Schema){"after": between(0, maxAfter, 0)}),
	}, s.variants)
}

func (s *Server) variants(_ context.Context, c *call, in variantsArguments) (variantsAnswer, error) {
	if in.ID != "" {
		id, err := s.allowVariant(in.ID)
		if err != nil {
			return variantsAnswer{}, err
		}
		v, err := c.Variant(id)
		if err != nil {
			return variantsAnswer{}, err
		}
		a := variantsAnswer{One: variantOf(v), Notes: c.notes()}
		if !fits(a) {
			return variantsAnswer{}, fmt.Errorf("%s is too long for an answer; `referee variants show %[1]s` in a shell prints it", line(in.ID, mostLine))
		}
		return a, nil
	}
	catalogue, err := c.Catalogue()
	if err != nil {
		return variantsAnswer{}, err
	}
	var found []entry
	for _, v := range catalogue.All() {
		if has(in.Search, v.ID, v.Title, v.Family()) {
			found = append(found, entry{ID: line(v.ID, mostLine), Title: line(v.Title, mostLine)})
		}
	}
	if len(found) == 0 {
		return variantsAnswer{}, fmt.Errorf("no variant has the words %q; variants without search lists all", in.Search)
	}
	a := variantsAnswer{list: listOf(found, in.After), Notes: c.notes()}
	return a, a.beyond(in.After)
}

// variantsAnswer is what the tool variants answers.
type variantsAnswer struct {
	list
	One   *shownVariant `json:"one,omitempty"`
	Notes []string      `json:"notes,omitempty"`
}

// shownVariant is one variant. Its event is a json.RawMessage, of which a schema would say
// that it is a list of bytes.
type shownVariant struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Field  string `json:"field" jsonschema:"the subscription that brings it"`
	Status string `json:"status" jsonschema:"documented, observed or retired"`
	Since  string `json:"since,omitempty"`
	Until  string `json:"until,omitempty"`
	Source string `json:"source" jsonschema:"the page that documents it"`
	Quote  string `json:"quote,omitempty"`
	Notes  string `json:"notes,omitempty"`
	Event  any    `json:"event" jsonschema:"the payload with placeholders; emit has a whole body"`
}

func variantOf(v schemas.Variant) *shownVariant {
	return &shownVariant{
		ID: v.ID, Title: v.Title, Field: v.Field, Status: string(v.Status), Since: v.Since, Until: v.Until,
		Source: v.Source.URL, Quote: line(v.Source.Quote, mostBody), Notes: line(v.Notes, mostBody), Event: v.Event,
	}
}

func (a variantsAnswer) text() string {
	var l lines
	if v := a.One; v != nil {
		l.add(v.ID, " (", v.Status, "): ", v.Title)
		l.labelled("field", v.Field)
		l.labelled("since", v.Since)
		l.labelled("until", v.Until)
		l.labelled("source", v.Source)
		l.labelled("quote", v.Quote)
		l.labelled("notes", v.Notes)
		l.add(v.compact())
	} else {
		l.WriteString(a.list.text())
	}
	l.all("note: ", a.Notes)
	return l.String()
}

// compact is the payload on one line.
func (v *shownVariant) compact() string {
	text, ok := v.Event.(json.RawMessage)
	var b bytes.Buffer
	if !ok || json.Compact(&b, text) != nil {
		return "" // it was read, and is JSON
	}
	return b.String()
}

// entry is one of a list.
type entry struct {
	ID    string `json:"id"`
	Level string `json:"level,omitempty"`
	Title string `json:"title"`
}

// list is a part of a list.
type list struct {
	Found   int     `json:"found,omitempty" jsonschema:"how many there are"`
	Entries []entry `json:"entries,omitempty"`
	After   int     `json:"after,omitempty" jsonschema:"there is more: call again with this"`
}

// mostEntries is how many of a list an answer has.
const mostEntries = 50

// listOf is what comes after so many: as much as fits.
func listOf(found []entry, after int) list {
	after = min(after, len(found))
	for n := min(mostEntries, len(found)-after); ; n-- {
		l := list{Found: len(found), Entries: found[after : after+n]}
		if after+n < len(found) {
			l.After = after + n
		}
		if n <= 1 || fits(l) {
			return l
		}
	}
}

// beyond is the error of who asks for what comes after the last.
func (l list) beyond(after int) error {
	if len(l.Entries) > 0 {
		return nil
	}
	return errors.New("after is " + fmt.Sprint(after) + ", and there are " + fmt.Sprint(l.Found))
}

func (l list) text() string {
	var t lines
	for _, e := range l.Entries {
		level := ""
		if e.Level != "" {
			level = " (" + e.Level + ")"
		}
		t.add("- ", e.ID, level, ": ", e.Title)
	}
	if l.After > 0 {
		t.add(fmt.Sprintf("%d more: narrow it with search, or call again with after %d", l.Found-l.After, l.After))
	}
	return t.String()
}

// has reports whether texts have all words of a search, in any case.
func has(search string, texts ...string) bool {
	whole := strings.ToLower(strings.Join(texts, "\n"))
	for _, word := range strings.Fields(strings.ToLower(search)) {
		if !strings.Contains(whole, word) {
			return false
		}
	}
	return true
}
