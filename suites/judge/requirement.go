package judge

import (
	"context"
	"path"
	"strings"
	"time"
)

// Level says how binding a requirement is, in the sense of RFC 2119.
type Level string

const (
	// Must is for what Meta documents and for what keeps a receiver from being
	// abused. A receiver that breaks one is nonconformant.
	Must Level = "MUST"
	// Should is for what was observed without being documented, and for what
	// Meta's own pages contradict each other about. Breaking one is a warning.
	Should Level = "SHOULD"
	// May is for what a receiver is free to do.
	May Level = "MAY"
)

// Basis says what a requirement rests on.
type Basis string

const (
	// Documented requirements stand on a page of Meta's.
	Documented Basis = "documented"
	// Observed requirements stand on captures or on several independent reports.
	Observed Basis = "observed"
	// Security requirements keep strangers from speaking for Meta.
	Security Basis = "security"
	// Expected requirements are the user's own.
	Expected Basis = "expected"
)

// Source is where a requirement comes from.
type Source struct {
	URL   string
	Quote string // verbatim, short
}

// Requirement is one sentence that a receiver has to satisfy.
type Requirement struct {
	ID     string // topic first, dots between: "signature.wrong-secret"; never changes
	Level  Level
	Basis  Basis
	Title  string // the sentence itself
	Source Source
	Why    string // what goes wrong for a receiver that breaks it
	Remedy string // what to do about it
	Needs  []Need // what must be known of the receiver; otherwise not applicable
	Wild   []Wild // receivers in use that broke it; not known of every requirement
	// Place is where it is written down, "referee.yaml:12"; empty for what every receiver
	// has to satisfy.
	Place string

	// Phase is the part of a run in which it is judged. Default: with most others.
	Phase Phase
	// BuildsOn is the id of a requirement whose deliveries it looks back on, which are sent
	// where that one is not judged, too. Default: none.
	BuildsOn string
	// Overall says that it judges what is sent for other requirements, too. Those that
	// close a run all do. Default false.
	Overall bool
}

// OfTheRun reports whether it judges what is sent for other requirements, too, so that a part
// of them is not enough for its verdict.
func (r Requirement) OfTheRun() bool { return r.Overall || r.Phase == Closing }

// Topic is the first word of the requirement's id.
func (r Requirement) Topic() string {
	topic, _, _ := strings.Cut(r.ID, ".")
	return topic
}

// Fits compares the id of a requirement with a pattern in which * stands for any text.
func Fits(pattern, id string) bool {
	// path.Match gives * its usual meaning but stops at slashes; ids have none.
	ok, err := path.Match(pattern, id)
	return err == nil && ok
}

// Wild is a receiver in use, or some of many, that broke a requirement.
type Wild struct {
	// Report is the issue or the pull request about it, such as
	// "restfb/restfb#1158". Empty where it comes from a count.
	Report string
	// Broke is a sentence that says what broke.
	Broke string
}

// URL is where the report can be read; empty where there is none.
func (w Wild) URL() string {
	repository, number, ok := strings.Cut(w.Report, "#")
	if !ok {
		return ""
	}
	return "https://github.com/" + repository + "/issues/" + number // leads to a pull request, too
}

// Phase is a part of a run. A phase begins when the receiver has nothing left to
// do of the one before. The first phase, which is zero, is for specs that leave
// the receiver as it was.
type Phase int

const (
	_ Phase = iota
	// Occupying specs keep a receiver's connections or workers busy, or give it much
	// to do at once. They are judged one after the other, in the order of the suite,
	// each when the receiver is done with the one before.
	Occupying
	// Disturbing specs let calls fail. A receiver may then call less for a while,
	// which must not be held against it elsewhere.
	Disturbing
	// Exhausting specs give a receiver a good reason to send nothing more: its
	// token is not valid, its calls are too many.
	Exhausting
	// Parting specs give a receiver more to do than is worth waiting for. Whether it
	// ends of it is seen for a moment.
	Parting
	// Closing specs look back on the whole run, and send nothing.
	Closing
)

// Status is the outcome of one requirement.
type Status string

const (
	Passed        Status = "passed"
	Failed        Status = "failed" // a MUST was broken
	Warned        Status = "warned" // a SHOULD was broken
	NotApplicable Status = "not_applicable"
	// NotJudged means that there was no verdict: the time was up, the receiver was
	// gone, or no fence was answered. It never counts as passed.
	NotJudged Status = "not_judged"
	// Skipped means that the user left the requirement out.
	Skipped Status = "skipped"
	// Errored means that the harness failed. It never counts as passed.
	Errored Status = "error"
)

// Finding is how a requirement was broken.
type Finding struct {
	Stimulus string `json:"stimulus"` // what was sent
	Expected string `json:"expected"`
	Actual   string `json:"actual"`
	// Remedy replaces the requirement's, where that does not fit.
	Remedy string `json:"remedy,omitempty"`
	// Reproduce is a curl command with a correct signature, where one request shows
	// it. It is written out unwrapped, but cleaned like any text, so it should be
	// printable.
	Reproduce string `json:"reproduce,omitempty"`
	// Output is what the receiver wrote meanwhile, several lines, as it came.
	Output string `json:"output,omitempty"`
	// Variant is a variant file, as JSON, that reproduces the finding with
	// `referee emit FILE`, for an event that is not in the catalogue.
	Variant string `json:"variant,omitempty"`

	does     Deed        // what the receiver did
	about    *Delivery   // that it is about; nil: none
	event    int         // which of its events; -1: the delivery as a whole
	wrong    []string    // pointers at which a receipt is not what came
	bendable bool        // it may have come of what the receiver had to do beside it
	missing  bool        // evidence had not come
	come     func() bool // whether what was missing has come by now; nil: nothing was
}

// Confirmed makes it a finding that is not looked at again, to the receiver alone, as
// another requirement has shown the same. None stays none.
func (f *Finding) Confirmed() *Finding {
	if f != nil {
		f.bendable = false
	}
	return f
}

// Outcome is what became of one requirement in one run.
type Outcome struct {
	Requirement Requirement
	Status      Status
	Reason      string   // why it is not applicable or was not judged
	Finding     *Finding // set when failed or warned
	Duration    time.Duration
	// Passages are the requests that it was judged by, those that matter first to a
	// reader, and Left how many more there were.
	Passages []Passage
	Left     int
}

// Body judges one requirement. It sends, and reads what came of it, by its
// Session's methods only, and ends the spec early through them.
type Body func(ctx context.Context, s *Session)

// Spec is a requirement with the code that judges it.
type Spec struct {
	Requirement
	Body Body
	// Unasked has it send what it sends, for others that look back on that, and come to no
	// outcome. Default: it is judged.
	Unasked bool
}
