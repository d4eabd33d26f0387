package watch

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"github.com/seed-11445fa1/referee/runner/watch/document"
	"github.com/seed-11445fa1/referee/schemas"
)

// page reads a page of documentation.
func (r *run) page(p Page, state, old *pageState, first bool, body []byte) (found []Finding) {
	read := document.Markdown(body)
	state.Updated, state.Text = read.Updated, read.Lines
	state.Samples, state.Unread = samplesOf(read)
	found = compareUnread(p, old.Unread, state.Unread)
	switch none := len(state.Samples) == 0; {
	case none && len(old.Samples) > 0:
		f := p.finding(Gone, "samples")
		f.Title = fmt.Sprintf("it has no sample any more, and had %d", len(old.Samples))
		for _, s := range old.Samples {
			f.Lines = append(f.Lines, "- "+short(s.Text))
		}
		found = append(found, f)
	case none && first:
		f := p.finding(New, "page")
		f.Title = "it has no sample: only its text is watched"
		found = append(found, f)
	case !first:
		found = append(found, compareSamples(p, old.Samples, state.Samples)...)
	}
	if !first {
		found = append(found, compareText(p, old.Text, state.Text)...)
	}
	return found
}

// feed reads a changelog.
func (r *run) feed(p Page, state, old *pageState, first bool, body []byte) (found []Finding, err error) {
	all, err := document.Feed(body)
	if err != nil {
		return nil, err
	}
	known := map[string]string{}
	for _, item := range old.Feed {
		known[item.ID] = item.Sum
	}
	newest := newestChange(r.Catalogue)
	for _, a := range all {
		sum := sha256.Sum256([]byte(a.Title + "\n" + a.Date + "\n" + a.Text))
		item := feedItem{a.ID, hex.EncodeToString(sum[:8])}
		before, was := known[a.ID]
		known[a.ID] = item.Sum
		if !was {
			state.Feed = append(state.Feed, item)
		}
		f := p.finding(New, "announcement")
		f.Title, f.Date, f.Link, f.text = a.Title, a.Date, a.Link, a.Text
		if a.Text != "" {
			f.Lines = []string{a.Text}
		}
		switch {
		case first && (a.Date == "" || a.Date <= newest):
			// The history of the catalogue goes on from there.
		case !was:
			found = append(found, f)
		case before != item.Sum:
			f.Change = Changed
			found = append(found, f)
		}
	}
	// What a feed has no more is old, and not gone.
	for _, item := range old.Feed {
		state.Feed = append(state.Feed, feedItem{item.ID, known[item.ID]})
	}
	state.Feed = state.Feed[:min(len(state.Feed), mostAnnouncements)]
	return found, nil
}

// mostAnnouncements bounds what is kept of a feed; those that came first go first.
const mostAnnouncements = 5000

// newestChange is the last day of the catalogue's history.
func newestChange(c *schemas.Catalogue) string {
	newest := ""
	for _, change := range c.History() {
		newest = max(newest, change.Date)
	}
	return newest
}

// versions reads the table of versions.
func (r *run) versions(p Page, state, old *pageState, first bool, body []byte) (found []Finding, err error) {
	read := document.Markdown(body)
	rows, unreadable, err := read.Versions()
	if err != nil {
		return nil, err
	}
	state.Updated, state.Versions = read.Updated, rows
	for _, row := range unreadable {
		state.Unread = append(state.Unread, unread{Reason: "it has no version or no day", Text: row})
	}
	found = compareUnread(p, old.Unread, state.Unread)
	before := old.Versions
	if first {
		before = nil
		for _, v := range schemas.GraphVersions() {
			before = append(before, version{Name: v.Name, From: v.Released, Until: v.Ends})
		}
	}
	known := map[string]version{}
	for _, v := range before {
		known[v.Name] = v
	}
	for _, v := range rows {
		was, there := known[v.Name]
		delete(known, v.Name)
		if there && was == v {
			continue
		}
		f := p.finding(New, "Graph version")
		f.Title, f.Date, f.row = v.Name+", "+span(v), v.From, v
		if there {
			f.Change = Changed
			f.Lines = []string{"was " + span(was)}
		}
		found = append(found, f)
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if first {
			break // the table begins where Meta lets it begin
		}
		f := p.finding(Gone, "Graph version")
		f.Title = name + ", " + span(known[name])
		found = append(found, f)
	}
	return found, nil
}

// span says from when to when a version can be used.
func span(v version) string {
	if v.Until == "" {
		return "from " + v.From + ", with no end"
	}
	return "from " + v.From + " until " + v.Until
}
