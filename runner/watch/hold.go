package watch

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/drift"
)

// held is what the catalogue says of the samples of one page or of several.
type held struct {
	report drift.Report
	shapes []shape
}

// shape is an event that differs from every variant, in nothing that the schemas do
// not know.
type shape struct {
	sample      located
	event       any
	object      string
	form        schemas.Form
	kind        string
	nearest     string
	differences []string
	words       []string // that name its variant: "with /message/commands"
}

// located is a sample, with its page.
type located struct {
	page    Page
	updated string // the day that the page names, else that on which it was fetched
	sample  sample
}

// where names a sample: the address of its page and its line.
func (l located) where() string { return fmt.Sprintf("%s:%d", l.page.URL, l.sample.Line) }

// name tells a shape from others.
func (s shape) name() difference {
	return difference("shape " + s.object + " " + string(s.form) + " " + s.kind + " " + s.nearest + " " + strings.Join(s.differences, "; "))
}

// nameOf tells a drift from others.
func nameOf(i drift.Item) difference { return difference(i.ID) }

// hold holds samples of webhooks against the catalogue.
func hold(c *schemas.Catalogue, samples []located) held {
	// What a sample with dots in it does not have is no difference.
	whole, parts := drift.NewCollector(c), drift.NewCollector(c)
	var h held
	for _, l := range samples {
		bodies, prefix := written(l)
		for i, body := range bodies {
			text, loose := fit(c, body, prefix, l.sample.Open)
			s := drift.Sample{Body: text, At: l.updated, Where: l.where()}
			if l.sample.Partial {
				parts.Add(s)
				continue
			}
			whole.Add(s)
			if i == 0 {
				h.shapes = append(h.shapes, shapesOf(c, l, text, loose)...)
			}
		}
	}
	h.report = whole.Report()
	partial := parts.Report()
	h.report.More += partial.More
	known := map[difference]bool{}
	for _, i := range h.report.Items {
		known[nameOf(i)] = true
	}
	for _, i := range partial.Items {
		nameless := i.What == drift.NewEvent && i.Event == "" // the dots stand for what decides
		if i.What != drift.VanishedMember && !nameless && !known[nameOf(i)] {
			h.report.Items = append(h.report.Items, i)
		}
	}
	rank := func(i drift.Item) int {
		return slices.Index([]drift.Class{drift.Breaking, drift.Risky, drift.Harmless}, i.Class)
	}
	slices.SortStableFunc(h.report.Items, func(a, b drift.Item) int { return rank(a) - rank(b) })
	return h
}

// alternatives is a value that is printed as a list of those of which one will come:
// <image|video|audio>.
var alternatives = regexp.MustCompile(`^<?([A-Za-z0-9_-]+(?: ?\| ?[A-Za-z0-9_-]+)+)>?$`)

// mostWritten bounds the deliveries that one sample can be written out to.
const mostWritten = 1000

// written are the deliveries that a sample stands for: one, and where it prints a list
// of values in the place of one, another for each further value. prefix is the pointer
// to the sample in them; there are none where it is no webhook's.
func written(l located) (bodies []any, prefix string) {
	body, prefix, ok := wrapped(l.sample.Text, l.page.Object)
	if !ok {
		return nil, ""
	}
	var pointers []string
	further := map[string][]string{}
	eachText("", body, func(pointer, text string) {
		if found := alternatives.FindStringSubmatch(text); found != nil {
			values := strings.Split(strings.ReplaceAll(found[1], " ", ""), "|")
			pointers = append(pointers, pointer)
			further[pointer] = values[1:]
			set(body, pointer, values[0])
		}
	})
	bodies = []any{body}
	for _, pointer := range pointers {
		for _, value := range further[pointer] {
			if len(bodies) == mostWritten {
				break
			}
			another, _ := schemas.Decode([]byte(encoded(body))) // what was decoded can be encoded
			set(another, pointer, value)
			bodies = append(bodies, another)
		}
	}
	return bodies, prefix
}

// eachText visits the texts in a value, in the order of their pointers.
func eachText(pointer string, value any, visit func(pointer, text string)) {
	switch v := value.(type) {
	case string:
		visit(pointer, v)
	case []any:
		for i, element := range v {
			eachText(fmt.Sprintf("%s/%d", pointer, i), element, visit)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			eachText(pointer+schemas.Pointer(name), v[name], visit)
		}
	}
}

// breachWords say in the name of a variant how it differs from the nearest one.
var breachWords = map[schemas.Breach]string{
	schemas.Unknown: "with", schemas.Missing: "without", schemas.Retyped: "other", schemas.NewValue: "other",
	schemas.OtherForm: "as", schemas.OtherObject: "of",
}

// shapesOf finds the events of a sample that are no variant's. loose are the places of
// values that nobody printed.
func shapesOf(c *schemas.Catalogue, l located, text []byte, loose map[string]bool) []shape {
	r, err := c.Read(text)
	if err != nil || len(r.Variants) > 0 {
		return nil
	}
	drifts := func(pointer string) bool {
		return slices.ContainsFunc(slices.Concat(r.Problems, r.Novelties), func(p schemas.Problem) bool {
			return p.Pointer == pointer || strings.HasPrefix(p.Pointer, pointer+"/")
		})
	}
	body, _ := schemas.Decode(text)
	var shapes []shape
	for _, e := range r.Events {
		if !e.Known || len(e.Variants) > 0 || drifts(e.Pointer) {
			continue
		}
		s := shape{sample: l, object: e.Object, form: e.Form, kind: e.Kind, nearest: e.Nearest}
		s.event, _ = schemas.ValueAt(body, e.Pointer)
		for _, d := range e.Differences {
			if of := d.Breach; of != schemas.Retyped && of != schemas.NewValue || !loose[schemas.AnyElement(e.Pointer+d.Pointer)] {
				s.differences = append(s.differences, d.String())
				s.words = append(s.words, breachWords[d.Breach], cmp.Or(d.Pointer, d.Event))
			}
		}
		if len(s.differences) > 0 {
			shapes = append(shapes, s)
		}
	}
	return shapes
}
