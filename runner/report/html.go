package report

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/suites/plural"
)

//go:embed html
var htmlFiles embed.FS

// htmlFile is a part of the page. All of them are there, or nothing would be built.
func htmlFile(name string) string {
	text, err := htmlFiles.ReadFile("html/" + name)
	if err != nil {
		panic(err)
	}
	return strings.TrimSpace(string(text))
}

type (
	htmlPage struct {
		R                     Result
		Sign, Class           string
		Short, Verdict        string
		Features              string
		Started, Took         string
		CausesTitle           string
		Causes                []htmlCause
		Uncaused, Unjudged    []htmlRequirement
		Topics                []htmlTopic
		All                   []string
		Heads                 []string
		Entries               []htmlEntry
		Plots                 []plot
		Filters               []htmlFilter
		Style                 template.CSS
		Script                template.JS
		StyleHash, ScriptHash template.HTMLAttr
	}
	htmlCause struct {
		Cause
		Class, Sign string
		Confirmed   string
		Count       string
		Body        []piece
		Accepted    []BaselineEntry
		Explains    []htmlExplained
		Flake       string // how often it is there; empty for each time
	}
	// htmlExplained is a requirement that a cause explains.
	htmlExplained struct {
		ID       string
		Accepted bool
		Flake    string
	}
	// htmlEntry is an entry of the baseline.
	htmlEntry struct {
		BaselineEntry
		Class, Says string
	}
	// piece is a part of a body, marked or not.
	piece struct {
		Text   string
		Marked bool
	}
	htmlTopic struct {
		Name, Class  string
		Cells        []string
		Requirements []htmlRequirement
	}
	htmlRequirement struct {
		Requirement
		Class, Sign, Label string
		Headline           string
		Page               string // of the source, in short
		Cause              *Cause
		Ways               []way
		Left               string
		Accepted           []BaselineEntry // one, or none
		Flaky              string          // how often it is red; empty for each time
	}
	htmlFilter struct {
		Class, Name string
		Count       int
	}
)

// WriteHTML writes the result as one page that needs nothing beside it: no network, no
// folder. Its policy lets no script run but its own, so that what a receiver wrote stays
// text even in a browser that would take it for more.
func WriteHTML(w io.Writer, r Result, o Options) error {
	r = cleaned(r)
	r.Requirements = ordered(r.Requirements)
	page, err := template.New("report").Funcs(template.FuncMap{"text": textNode}).Parse(htmlFile("histogram.html") + htmlFile("report.html"))
	if err != nil {
		return fmt.Errorf("write the HTML report: %w", err)
	}
	var without counted
	if err := page.Execute(&without, htmlOf(r, o, 0)); err != nil {
		return fmt.Errorf("write the HTML report: %w", err)
	}
	room := mostPage*max(1, len(r.Requirements)/mostPageOf) - int(without)
	if err := page.Execute(w, htmlOf(r, o, room)); err != nil {
		return fmt.Errorf("write the HTML report: %w", err)
	}
	return nil
}

// longestCommand is the longest that is shown, in bytes, with each requirement.
const longestCommand = 4 << 10

// counted counts what is written, and keeps nothing.
type counted int

func (c *counted) Write(text []byte) (int, error) {
	*c += counted(len(text))
	return len(text), nil
}

// htmlOf is what the page shows, with so many bytes for what went over the wire.
func htmlOf(r Result, o Options, room int) htmlPage {
	r.Requirements = withRoom(r.Requirements, room)
	style, script := htmlFile("report.css"), htmlFile("report.js")
	sign, verdict := verdictOf(r)
	short, rest, _ := strings.Cut(verdict, ":")
	p := htmlPage{
		R: r, Sign: sign.sign, Class: htmlClass(sign), Short: short, Verdict: strings.TrimSpace(rest),
		Features: strings.Join(r.Receiver.Features, ", "), Took: (time.Duration(r.DurationMS) * time.Millisecond).String(),
		Started: r.Started.UTC().Format("2006-01-02 15:04:05 UTC"), CausesTitle: plural.Count(len(r.Causes), "cause"),
		Plots: plots(r.Latencies), Heads: r.topicHeads(), Entries: htmlEntries(r),
		// Both are files of this package, and no receiver has a part in them.
		Style: template.CSS(style), Script: template.JS(script), //nolint:gosec // see above
		StyleHash: policyHash(style), ScriptHash: policyHash(script),
	}
	if p.Features == "" {
		p.Features = "none"
	}
	for _, c := range r.weighed() {
		p.Causes = append(p.Causes, htmlCauseOf(r, c, o))
	}
	if open, _ := r.withoutAccepted(nil); len(open.Causes) < len(r.Causes) {
		p.CausesTitle += fmt.Sprintf(", %d of them accepted", len(r.Causes)-len(open.Causes))
	}
	of := func(list []Requirement) (shown []htmlRequirement) {
		for _, q := range list {
			shown = append(shown, htmlRequirementOf(r, q, o))
		}
		return shown
	}
	_, without := explained(r)
	p.Uncaused = of(r.openFirst(without))
	p.Unjudged = of(ordered(withOutcome(r.Requirements, Errored, NotJudged)))
	counts := map[string]int{}
	for _, topic := range byTopic(r.Requirements) {
		_, open := r.withoutAccepted(topic)
		c := Count(open)
		t := htmlTopic{Name: topic[0].topic(), Cells: htmlCells(r.cells(topic)), Requirements: of(topic), Class: "passed"}
		switch {
		case c.Failed > 0:
			t.Class = "failed"
		case c.Warned > 0:
			t.Class = "warned"
		case len(open) < len(topic):
			t.Class = acceptedClass
		}
		for _, q := range t.Requirements {
			counts[q.Class]++
		}
		p.Topics = append(p.Topics, t)
	}
	p.All = htmlCells(r.cells(r.Requirements))
	for _, f := range []htmlFilter{{"failed", "failed", 0}, {"warned", "warned", 0}, {acceptedClass, "accepted", 0}, {"passed", "passed", 0}, {"none", "others", 0}} {
		if f.Count = counts[f.Class]; f.Count > 0 {
			p.Filters = append(p.Filters, f)
		}
	}
	return p
}

// textNode is a text as it stands between tags, where quotes need no escape: bodies are
// full of them, and a report has a thousand.
func textNode(text string) template.HTML {
	return template.HTML(tagSigns.Replace(text)) //nolint:gosec // what could begin a tag is escaped
}

var tagSigns = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// mostPage is how long a page is at most, in bytes, of so many requirements: a server
// shows it, and a mail takes it.
const mostPage, mostPageOf = 1_900_000, 500

// withRoom returns the requirements with as many of their passages as there is room for:
// those that show what is red first, then the first ones of all, then the others.
func withRoom(requirements []Requirement, room int) []Requirement {
	kept, sizes := make([][]bool, len(requirements)), make([][]int, len(requirements))
	for n, q := range requirements {
		kept[n] = make([]bool, len(q.Passages))
		for _, p := range q.Passages {
			sizes[n] = append(sizes[n], sizeOf(p))
		}
	}
	red := func(q Requirement) bool { return q.Finding != nil }
	for _, comes := range []func(q Requirement, i int) bool{
		func(q Requirement, i int) bool { return red(q) && q.Passages[i].Shows },
		func(q Requirement, i int) bool { return red(q) && i == 0 },
		func(_ Requirement, i int) bool { return i == 0 },
		func(q Requirement, i int) bool { return red(q) },
		func(Requirement, int) bool { return true },
	} {
		for n, q := range requirements {
			for i := range q.Passages {
				if !kept[n][i] && sizes[n][i] <= room && comes(q, i) {
					kept[n][i] = true
					room -= sizes[n][i]
				}
			}
		}
	}
	out := slices.Clone(requirements)
	for n := range out {
		var passages []Passage
		for i, p := range out[n].Passages {
			if kept[n][i] {
				passages = append(passages, p)
			}
		}
		out[n].Left += len(out[n].Passages) - len(passages)
		out[n].Passages = passages
	}
	return out
}

// sizeOf is about how much a passage takes of a page, with what is drawn of it.
func sizeOf(p Passage) int {
	const drawn = 1000
	size := drawn + len(textNode(p.Request)) + len(textNode(p.Answer)) + 2*len(textNode(p.What)) + 2*len(textNode(p.Error))
	for _, e := range p.Evidence {
		size += len(textNode(e.Text)) + drawn/4
	}
	return size
}

// policyHash is how a content security policy names a script or a style.
func policyHash(text string) template.HTMLAttr {
	sum := sha256.Sum256([]byte(text))
	return template.HTMLAttr("sha256-" + base64.StdEncoding.EncodeToString(sum[:])) //nolint:gosec // letters, digits, + / =
}

// htmlClass is the class of what has this mark.
func htmlClass(m mark) string {
	switch m.paint {
	case green:
		return "passed"
	case red:
		return "failed"
	case yellow:
		return "warned"
	}
	return "none"
}

func htmlCells(numbers []int) []string {
	var cells []string
	for _, n := range numbers {
		cell := "–"
		if n > 0 {
			cell = fmt.Sprint(n)
		}
		cells = append(cells, cell)
	}
	return cells
}
