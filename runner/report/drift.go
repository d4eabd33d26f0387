package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/seed-11445fa1/referee/schemas/drift"
	"github.com/seed-11445fa1/referee/suites/plural"
)

// WriteDrift writes how payloads drifted, for a terminal. It uses Width and Color.
func WriteDrift(w io.Writer, r drift.Report, o Options) error {
	p := newPage(o)
	for _, i := range r.Items {
		p.drift(i)
	}
	p.line(p.painted(bold, sum(r)))
	return p.writeTo(w, "the drift")
}

// drift writes one difference.
func (p *page) drift(i drift.Item) {
	c := yellow
	switch i.Class {
	case drift.Breaking:
		c = red
	case drift.Harmless:
		c = green
	}
	p.line(p.painted(c, string(i.Class)) + "  " + p.painted(bold, string(i.What)) + "  " + cleanLine(placeOf(i)))
	p.labelled("Id", cleanLine(i.ID))
	p.labelled("What", cleanLine(i.Detail))
	p.labelled("Breaks", i.Breaks)
	p.labelled("Seen", cleanLine(seen(i)))
	p.labelled("Example", cleanLine(example(i)))
	if i.Accepted != nil {
		p.labelled("Accepted", cleanLine("no longer: "+expired(*i.Accepted)))
	}
	p.line("")
}

// expired says until when a difference was accepted, and why.
func expired(a drift.Acceptance) string { return "until " + a.Expires + ", because: " + a.Reason }

// placeOf names the event and the place in it: "referral /referral/campaign_id".
func placeOf(i drift.Item) string {
	event := i.Event
	switch {
	case event == "" && i.What == drift.NewEvent: // delivery is a kind, too, and not this one
		event = "none"
	case event == "":
		event = "delivery"
	case i.Object != "" && i.Object != "page":
		event = i.Object + " " + event
	}
	return event + " " + i.Pointer
}

// seen says how often and when: "17 times, 2026-11-25T10:00:00Z to …, first in …".
func seen(i drift.Item) string {
	text := plural.Times(i.Count)
	switch {
	case i.First != "" && i.Last != i.First:
		text += ", from " + i.First + " to " + i.Last
	case i.First != "":
		text += ", at " + i.First
	}
	if i.Where != "" {
		text += ", first in " + i.Where
	}
	return text
}

// example is short enough to look at.
func example(i drift.Item) string {
	text := []rune(string(i.Example))
	const most = 200
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}

// sum is the last line: what was compared, and what came of it.
func sum(r drift.Report) string {
	text := fmt.Sprintf("%s, %s: ", plural.Count(r.Samples, "payload"), plural.Count(r.Events, "event"))
	if len(r.Items) == 0 && r.More == 0 {
		text += "no drift"
	} else {
		classes := map[drift.Class]int{}
		for _, i := range r.Items {
			classes[i.Class]++
		}
		text += plural.Count(len(r.Items), "difference")
		var parts []string
		for _, c := range drift.Classes() {
			if classes[c] > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", classes[c], c))
			}
		}
		text += " (" + strings.Join(parts, ", ") + ")"
	}
	if known := len(r.Accepted); known > 0 {
		text += fmt.Sprintf(", %d more accepted", known)
	}
	if r.More > 0 {
		text += fmt.Sprintf("; there are too many to tell apart, %d were only counted", r.More)
	}
	return text
}

// cell is text that cannot leave its cell of a table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "`", "'").Replace(cleanLine(text))
}

// code is text in code marks, in a cell or outside.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + strings.NewReplacer("|", `\|`, "`", "'").Replace(cleanLine(text)) + "`"
}

// WriteDriftJSON writes how payloads drifted as JSON, which --accept reads.
func WriteDriftJSON(w io.Writer, r drift.Report) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return fmt.Errorf("write the drift: %w", err)
	}
	return nil
}
