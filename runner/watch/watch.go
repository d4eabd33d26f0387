package watch

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/seed-11445fa1/referee/runner/watch/document"
	"github.com/seed-11445fa1/referee/runner/watch/polite"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/drift"
)

// Options are what is looked at, and by what.
type Options struct {
	Pages []Page
	// State is what the last run saw; nil for the first run.
	State *State
	// Catalogue is what the samples are held against.
	Catalogue *schemas.Catalogue
	// Client is how pages are fetched.
	Client polite.Options
	// Now is when the run takes place.
	Now time.Time
	// Progress, if set, is called before each page.
	Progress func(n, of int, p Page)
}

// Report is what a run found.
type Report struct {
	// First is true for a run without a state: then only what the catalogue does not
	// know is reported.
	First bool `json:"first_run"`
	// Pages are those that were asked for, NotModified those of them that have not
	// changed.
	Pages       int `json:"pages"`
	NotModified int `json:"not_modified"`
	// Samples counts the samples of webhooks that were held against the catalogue.
	Samples int `json:"samples"`
	// Drift is what samples have that the catalogue does not know, and that the last
	// run did not see.
	Drift    []drift.Item `json:"drift"`
	Findings []Finding    `json:"findings"`
	Troubles []Trouble    `json:"troubles"`

	// For proposals.
	samples   []located
	catalogue *schemas.Catalogue
	day       string
}

// Trouble is a page that could not be looked at.
type Trouble struct {
	Page    string `json:"page"`
	About   string `json:"about"`
	Problem string `json:"problem"`
}

// Quiet reports whether nothing is new, gone or changed.
func (r Report) Quiet() bool { return len(r.Drift)+len(r.Findings) == 0 }

// run is one look at all pages.
type run struct {
	Options
	client *polite.Client
	day    string
	old    map[string]*pageState
	report Report
}

// Run looks at every page, and returns what it found and the state for the next run.
// The error is that of a context that has ended: then nothing was found.
func Run(ctx context.Context, o Options) (Report, State, error) {
	r := &run{Options: o, day: o.Now.UTC().Format(time.DateOnly)}
	r.report = Report{First: o.State == nil, Pages: len(o.Pages), day: r.day, catalogue: o.Catalogue, Drift: []drift.Item{}, Findings: []Finding{}, Troubles: []Trouble{}}
	next := State{Version: stateVersion, Reading: readingVersion, Run: o.Now.UTC(), Pages: map[string]*pageState{}}
	var busy map[string]time.Time
	if o.State != nil {
		r.old, busy = o.State.Pages, o.State.Busy
		maps.Copy(next.Pages, o.State.Pages) // those of other files of pages are kept
	}
	r.client = polite.New(o.Client, busy)
	defer r.client.Close()
	for i, p := range o.Pages {
		if o.Progress != nil {
			o.Progress(i+1, len(o.Pages), p)
		}
		state, err := r.look(ctx, p)
		if ctx.Err() != nil {
			return Report{}, State{}, ctx.Err()
		}
		if err != nil {
			r.report.Troubles = append(r.report.Troubles, Trouble{p.URL, p.About, err.Error()})
		}
		if state != nil {
			next.Pages[p.URL] = state
		}
	}
	next.Busy = r.client.Busy()
	r.hold(next.Pages)
	return r.report, next, nil
}

// look looks at one page. It returns what there is now, nil where nobody knows. The
// error is the trouble with it.
func (r *run) look(ctx context.Context, p Page) (*pageState, error) {
	old := r.old[p.URL]
	known := polite.Validators{}
	if old != nil && old.Gone == "" && old.HTML == "" && r.State.Reading == readingVersion {
		known = old.Validators
	}
	answer, err := r.client.Get(ctx, p.address(), known)
	switch {
	case err != nil:
		return nil, err
	case answer.NotModified:
		r.report.NotModified++
		return old, nil
	case answer.Gone:
		return r.gone(p, old)
	case p.Kind != KindFeed && document.IsHTML(answer.ContentType, answer.Body):
		return r.html(p, old)
	case !utf8.Valid(answer.Body):
		return nil, fmt.Errorf("it is no text in UTF-8")
	case len(answer.Body) == 0:
		return nil, fmt.Errorf("it is empty")
	}
	state := &pageState{Fetched: r.day, Address: answer.Address, Validators: answer.Validators}
	before := old
	if before == nil {
		before = &pageState{Address: p.address()}
	}
	if before.Gone != "" {
		f := p.finding(New, "page")
		f.Title = "it is there again; it was gone on " + before.Gone
		r.report.Findings = append(r.report.Findings, f)
	}
	var found []Finding
	switch p.Kind {
	case KindFeed:
		found, err = r.feed(p, state, before, old == nil, answer.Body)
	case KindVersions:
		found, err = r.versions(p, state, before, old == nil, answer.Body)
	default:
		found = r.page(p, state, before, old == nil, answer.Body)
	}
	if err != nil {
		return nil, err
	}
	if state.Address != before.Address {
		f := p.finding(Changed, "page")
		f.Title, f.Link = "it has moved; put its new address into the file of pages", state.Address
		r.report.Findings = append(r.report.Findings, f)
	}
	r.report.Findings = append(r.report.Findings, found...)
	return state, nil
}

// gone is news once. From then on it is a trouble, until the file of pages says no more
// that there is such a page.
func (r *run) gone(p Page, old *pageState) (*pageState, error) {
	if old == nil {
		return nil, fmt.Errorf("there is no such page: correct its address in the file of pages, or take it out")
	}
	if old.Gone != "" {
		return nil, fmt.Errorf("it is gone since %s: put its new address into the file of pages, or take it out", old.Gone)
	}
	f := p.finding(Gone, "page")
	f.Title = fmt.Sprintf("there is no such page any more; it had %d samples", len(old.Samples))
	r.report.Findings = append(r.report.Findings, f)
	state := *old
	state.Gone = r.day
	return &state, nil
}

// html is news once, and a trouble each time: of HTML nothing is read.
func (r *run) html(p Page, old *pageState) (*pageState, error) {
	err := fmt.Errorf("it is HTML and no Markdown: nothing on it was looked at")
	if old == nil || old.HTML != "" {
		return nil, err
	}
	f := p.finding(Changed, "page")
	f.Title = "it is HTML now; it was Markdown"
	r.report.Findings = append(r.report.Findings, f)
	state := *old
	state.HTML = r.day
	return &state, err
}

// hold holds the samples of all pages against the catalogue, those of pages that have
// not changed as well: the catalogue may have.
func (r *run) hold(pages map[string]*pageState) {
	known := map[difference]bool{}
	for _, old := range r.old {
		for _, name := range old.Drift {
			known[name] = true
		}
	}
	var all []located
	for _, p := range r.Pages {
		state := pages[p.URL]
		if state == nil || state.Gone != "" {
			continue
		}
		var samples []located
		for _, s := range state.Samples {
			if s.Kind == webhook {
				samples = append(samples, located{p, cmp.Or(state.Updated, state.Fetched), s})
			}
		}
		all = append(all, samples...)
		changed := *state // the state of the last run is its caller's
		changed.Drift = nil
		h := hold(r.Catalogue, samples)
		for _, i := range h.report.Items {
			changed.Drift = append(changed.Drift, nameOf(i))
		}
		for _, s := range h.shapes {
			if name := s.name(); !slices.Contains(changed.Drift, name) {
				changed.Drift = append(changed.Drift, name)
			}
		}
		pages[p.URL] = &changed
	}
	h := hold(r.Catalogue, all)
	r.report.Samples, r.report.samples = len(all), all
	for _, i := range h.report.Items {
		if !known[nameOf(i)] {
			r.report.Drift = append(r.report.Drift, i)
		}
	}
	if h.report.More > 0 {
		r.report.Troubles = append(r.report.Troubles, Trouble{Problem: fmt.Sprintf("there are too many differences to tell apart: %d were only counted", h.report.More)})
	}
	for _, s := range h.shapes {
		if known[s.name()] {
			continue
		}
		known[s.name()] = true
		f := s.sample.page.finding(New, "shape").of(s.sample.sample)
		f.What = "shape"
		f.Title = fmt.Sprintf("%s: no variant is like it; the nearest is %s", s.kind, s.nearest)
		f.Lines, f.shape = s.differences, &s
		r.report.Findings = append(r.report.Findings, f)
	}
}
