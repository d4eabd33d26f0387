package report

import (
	"net/url"
	"strings"

	"github.com/seed-11445fa1/referee/suites/diagnosis"
	"github.com/seed-11445fa1/referee/suites/plural"
)

// The class and the sign of what is red and accepted: neither a failure nor a warning.
const acceptedClass, acceptedSign = "accepted", "~"

func htmlCauseOf(r Result, c Cause, o Options) htmlCause {
	m := markOf(Failed)
	if annotationOf(c.Level, o) != "error" {
		m = markOf(Warned)
	}
	h := htmlCause{Cause: c, Class: htmlClass(m), Sign: m.sign, Count: plural.Count(len(c.Explains), "requirement"), Body: pieces(c.Body)}
	h.Code, h.Flake = strings.TrimSpace(c.Code), r.flakeOf(c.Explains...)
	for _, id := range c.Explains {
		_, accepted := r.AcceptedBy(id)
		h.Explains = append(h.Explains, htmlExplained{id, accepted, r.flakeOf(id)})
	}
	if h.Accepted = r.acceptances(c.Explains...); len(h.Accepted) > 0 {
		h.Class, h.Sign = acceptedClass, acceptedSign
	}
	switch c.Proof {
	case diagnosis.Experiment:
		h.Confirmed = "confirmed by experiment"
	case diagnosis.Trace:
		h.Confirmed = "in the receiver's own words"
	default:
		h.Confirmed = "probable"
	}
	return h
}

// pieces cuts a body at the signs of what matters in it.
func pieces(body string) (all []piece) {
	for body != "" {
		before, rest, found := strings.Cut(body, markBegins)
		if before != "" {
			all = append(all, piece{Text: before})
		}
		if !found {
			break
		}
		marked, after, _ := strings.Cut(rest, markEnds)
		all = append(all, piece{marked, true})
		body = after
	}
	return all
}

func htmlRequirementOf(r Result, q Requirement, o Options) htmlRequirement {
	h := htmlRequirement{Requirement: q, Headline: q.headline(), Label: strings.ReplaceAll(string(q.Outcome()), "_", " ")}
	h.Flaky = r.flakeOf(q.ID)
	m := markOf(q.Outcome())
	switch q.Outcome() {
	case NotApplicable, Skipped:
		m = mark{"–", dim}
	case Warned:
		if o.Strict && q.Level != May {
			m = markOf(Failed)
		}
	}
	h.Sign, h.Class = m.sign, htmlClass(m)
	if h.Accepted = r.acceptances(q.ID); len(h.Accepted) > 0 {
		h.Sign, h.Class, h.Label = acceptedSign, acceptedClass, "accepted until "+h.Accepted[0].Expires
	}
	if c, ok := r.CauseOf(q.ID); ok {
		h.Cause = &c
	}
	if q.Outcome() != Passed && (q.Finding == nil || q.Outcome() == Errored) {
		h.Requirement.Reason = q.reason()
	}
	if f := q.Finding; f != nil {
		shown := *f
		if shown.Remedy != "" {
			h.Remedy = shown.Remedy
		}
		if len(shown.Reproduce) > longestCommand {
			shown.Reproduce = "# A command that is too long for this page; the result has it as JSON."
		}
		h.Finding = &shown
	}
	if u, err := url.Parse(q.Source); err == nil && u.Host != "" {
		h.Page = u.Host + u.Path
	}
	for _, p := range q.Passages {
		h.Ways = append(h.Ways, wayOf(p))
	}
	if q.Left > 0 {
		h.Left = plural.Count(q.Left, "more request")
		if q.Left > 1 {
			h.Left += " are"
		} else {
			h.Left += " is"
		}
	}
	return h
}

// htmlEntries are the entries of the baseline, with what this run says of each.
func htmlEntries(r Result) (entries []htmlEntry) {
	if r.Baseline == nil {
		return nil
	}
	for _, e := range r.Baseline.Entries {
		class := "none"
		switch {
		case e.outdated():
			class = "failed"
		case e.State == EntryAccepts:
			class = acceptedClass
		}
		entries = append(entries, htmlEntry{e, class, r.state(e)})
	}
	return entries
}
