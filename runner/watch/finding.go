package watch

import (
	"slices"
	"strconv"
	"strings"

	"github.com/seed-11445fa1/referee/suites/plural"
)

// Change says what happened to something.
type Change string

const (
	New     Change = "new"
	Gone    Change = "gone"
	Changed Change = "changed"
)

// Finding is something that was not so at the last run.
type Finding struct {
	Change Change `json:"change"`
	// What it is: "page", "text", "webhook sample", "announcement", "Graph version".
	What string `json:"what"`
	// Page is the address for people, About what is on the page.
	Page  string `json:"page"`
	About string `json:"about"`
	// Line is where, from 1; 0 where it is on no line.
	Line int `json:"line,omitempty"`
	// Under are the headings above it.
	Under string `json:"under,omitempty"`
	// Title says more in one line.
	Title string `json:"title,omitempty"`
	// Date and Link are those of an announcement or a version.
	Date string `json:"date,omitempty"`
	Link string `json:"link,omitempty"`
	// Lines are the details: "+" came, "-" went.
	Lines []string `json:"lines,omitempty"`

	shape *shape  // of no variant
	text  string  // of an announcement
	row   version // of the table
}

// finding begins one of a page.
func (p Page) finding(c Change, what string) Finding {
	return Finding{Change: c, What: what, Page: p.URL, About: p.About}
}

// of completes a finding with where a sample is.
func (f Finding) of(s sample) Finding {
	f.What, f.Line, f.Under = sampleName(s.Kind), s.Line, s.Under
	return f
}

func sampleName(k sampleKind) string { return string(k) + " sample" }

// mostPairs bounds the pairs of samples of one page that are compared with each other.
const mostPairs = 10_000

// compareSamples says what became of the samples of a page.
func compareSamples(p Page, was, is []sample) (found []Finding) {
	was, is = unmatched(was, is)
	// What stands under the same heading and is of the same kind is the same one,
	// the most similar first.
	for len(was)*len(is) > 0 && len(was)*len(is) <= mostPairs {
		a, b, lines := nearestPair(was, is)
		if a < 0 {
			break
		}
		f := p.finding(Changed, "").of(is[b])
		f.Lines = lines
		found = append(found, f)
		was, is = slices.Delete(was, a, a+1), slices.Delete(is, b, b+1)
	}
	for _, s := range was {
		f := p.finding(Gone, "").of(s)
		f.Line, f.Title = 0, short(s.Text) // where it was is no place of the page as it is now
		found = append(found, f)
	}
	for _, s := range is {
		f := p.finding(New, "").of(s)
		f.Title = short(s.Text)
		found = append(found, f)
	}
	return found
}

// unmatched leaves out what both have.
func unmatched(was, is []sample) (before, after []sample) {
	key := func(s sample) string { return string(s.Kind) + " " + s.Text }
	count := map[string]int{}
	for _, s := range was {
		count[key(s)]++
	}
	for _, s := range is {
		if count[key(s)]--; count[key(s)] < 0 {
			after = append(after, s)
		}
	}
	for _, s := range slices.Backward(was) {
		if count[key(s)] > 0 {
			count[key(s)]--
			before = append(before, s)
		}
	}
	slices.Reverse(before)
	return before, after
}

// nearestPair finds the two samples that differ least. The first index is -1 where
// none are of the same kind under the same heading.
func nearestPair(was, is []sample) (a, b int, least []string) {
	a = -1
	for i, before := range was {
		for n, after := range is {
			if before.Kind != after.Kind || before.Under != after.Under {
				continue
			}
			if lines := differences(before, after); a < 0 || len(lines) < len(least) {
				a, b, least = i, n, lines
			}
		}
	}
	return a, b, least
}

// compareUnread says which blocks or rows could not be read, and which of them are
// there no more, each once.
func compareUnread(p Page, was, is []unread) (found []Finding) {
	what := "sample that could not be read"
	if p.Kind == KindVersions {
		what = "row that could not be read"
	}
	missing := func(c Change, list, other []unread) {
		known := map[string]bool{}
		for _, u := range other {
			known[u.Text] = true
		}
		for _, u := range list {
			if known[u.Text] {
				continue
			}
			known[u.Text] = true
			f := p.finding(c, what)
			f.Under, f.Title, f.Lines = u.Under, u.Reason, u.Near
			if u.Near == nil {
				f.Lines = strings.Split(u.Text, "\n")
			}
			if c == New {
				f.Line = u.Line
			}
			found = append(found, f)
		}
	}
	missing(Gone, was, is)
	missing(New, is, was)
	return found
}

// compareText says how the text around samples became another.
func compareText(p Page, was, is []string) []Finding {
	added, removed := lineChanges(was, is)
	if len(added)+len(removed) == 0 {
		return nil
	}
	f := p.finding(Changed, "text")
	f.Title = plural.Count(len(added), "line") + " came, " + strconv.Itoa(len(removed)) + " went"
	f.Lines = signed(added, removed)
	return []Finding{f}
}

// short is the beginning of a sample.
func short(text string) string {
	text = strings.ReplaceAll(text, "\n", " ")
	if runes := []rune(text); len(runes) > 200 {
		return string(runes[:200]) + "…"
	}
	return text
}
