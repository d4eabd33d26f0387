package judge

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/schemas"
)

// Feature is something that a receiver does and that not every receiver does.
type Feature string

const (
	// Replies: the receiver answers every referral and postback that is its own
	// with a message through the Send API.
	Replies Feature = "replies"
	// Receipts: the receiver posts a receipt for each event that it handled.
	Receipts Feature = "receipts"
	// Instagram: the receiver serves Instagram accounts too.
	Instagram Feature = "instagram"
	// Pages: the receiver serves several pages, each with a token of its own, and has the
	// token of this run for the page of this run alone.
	Pages Feature = "pages"
	// MTLS: the receiver lets in nobody who does not show Meta's client
	// certificate.
	MTLS Feature = "mtls"
)

// Features returns every feature that can be declared.
func Features() []Feature { return []Feature{Replies, Receipts, Instagram, Pages, MTLS} }

// Payload is a body that Meta sent, or that somebody wrote down, to judge a
// receiver with.
type Payload struct {
	// What names it in findings: "monday.ndjson:17 (referral.ads)".
	What string
	// Body is JSON. It is delivered as it is, and with other people and mids in it.
	Body []byte
}

// Process is a receiver that Referee started.
type Process struct {
	// Exited returns a channel that is closed when the present life of the receiver
	// has ended.
	Exited func() <-chan struct{}
	// Restart ends the present life if it goes on, begins the next, and returns when
	// the receiver is ready. how says how the life ended, empty where Restart ended it,
	// and output is the last that it wrote. After an error nothing runs.
	Restart func(ctx context.Context) (how, output string, err error)
	// Kill ends the present life at once, whatever it is doing. Nil: that cannot be done.
	Kill func()
	// Holds says what the present life holds; false where that is not known. Nil: it is
	// never known.
	Holds func() (Holdings, bool)
}

// Holdings are what a receiver has of the machine.
type Holdings struct {
	OpenFiles int   // files, connections and whatever else has a descriptor
	Memory    int64 // bytes that are in the machine's memory
}

// Env is what a run knows before it begins. It is not changed once New has it.
type Env struct {
	// Platform is the mock platform, started. With an https URL, its TLS comes from
	// suites.AnyTLS; with the feature MTLS, it has a ClientCA that the receiver trusts.
	Platform *mockplatform.Platform
	// URL is the receiver's webhook.
	URL string
	// Roots are the CAs of which one has to stand above the receiver's certificate.
	// Default: the system's.
	Roots *x509.CertPool
	// Features are what the user declares; a declared feature that the receiver
	// does not show is a failure.
	Features []Feature
	// Probe is the id of a variant that the receiver is known to answer.
	// Default: none, calibration finds one.
	Probe string
	// Catalogue is what Meta sends. A requirement that stands on a variant which
	// is not in it is not applicable. Default: all that Meta ever sent.
	Catalogue *schemas.Catalogue
	// Forecasts is how many payloads of the future are made. Default: none, and
	// the requirement about them is not applicable.
	Forecasts int
	// Payloads are captured bodies to judge with. Default: none, and the
	// requirements about them are not applicable.
	Payloads []Payload
	// AckDeadline is the time within which a delivery has to be acknowledged.
	// Default 5 s, which is Meta's.
	AckDeadline time.Duration
	// Patience scales the harness's own waits (for evidence, for quiet, for a
	// receiver that restarts), never Meta's limits. Default 1.
	Patience float64
	// TimeLimit bounds the whole run. What was not judged by then is NotJudged.
	// Default 10 min.
	TimeLimit time.Duration
	// Today is the day of the run, "2006-01-02": by it versions of the Graph API have
	// ended. Default: that of the catalogue, or else of the platform's clock.
	Today string
	// Unheard says that the receiver cannot know where the platform is, so that it
	// would be no use to wait for its first sign. Default false.
	Unheard bool
	// Process is the receiver's process. Default: somebody else runs the receiver,
	// which has to come back by itself when it ends.
	Process *Process
	// Output, if set, returns what the receiver has written since mark, and the
	// mark from which to go on. Default: its output is not known.
	Output func(mark int64) (text string, next int64)
	// Calibrated, if set, is called once with what calibration learned, before
	// the first requirement is judged. An error ends the run, and is Start's.
	Calibrated func(Calibration) error
	// Diagnose, if set, is called when all is judged that leaves the receiver as it
	// was, and again at the end, if anything is red. seen is what was judged so far,
	// and try judges experiments, with nothing else under way; it returns nothing
	// where there is no receiver, or no time, to try them with.
	Diagnose func(seen []Case, try func(...Spec) []Outcome)
	// Pending, if set, is called with the id of a requirement when its spec has come
	// to a verdict for the first time. It is final at the end of the run, when
	// everything has been read once more.
	Pending func(id string)
	// Judged, if set, is called with each outcome when it is final. Calls of Pending
	// and Judged do not overlap.
	Judged func(Outcome)

	wire wire // what makes the requests; the platform, but in tests
}

const (
	// mostPatience keeps waits below what anybody would wait for.
	mostPatience = 1000
	// mostForecasts keeps a run below what a spec has time for.
	mostForecasts = 10_000
)

// Check says what of an environment cannot be, one problem a line. It needs neither
// the platform nor the receiver.
func (e Env) Check() error {
	var problems []error
	wrong := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	var known []string
	for _, f := range Features() {
		known = append(known, string(f))
	}
	for _, f := range e.Features {
		if !slices.Contains(known, string(f)) {
			wrong("there is no feature %q; known are %s", f, strings.Join(known, ", "))
		}
	}
	if e.Catalogue != nil {
		for _, k := range calibrating {
			if _, ok := e.Catalogue.ByID(k.variant); !ok {
				wrong("on %s Meta did not send %s, without which no receiver can be judged", e.Catalogue.Day(), k.variant)
				break
			}
		}
	}
	if e.Forecasts < 0 || e.Forecasts > mostForecasts {
		wrong("%d payloads of the future cannot be made: 0 to %d can", e.Forecasts, mostForecasts)
	}
	ever := schemas.Everything()
	if e.Catalogue != nil {
		ever = e.Catalogue.Ever()
	}
	if _, known := ever.ByID(e.Probe); e.Probe != "" && !known {
		wrong("there is no variant %q to probe with; `referee variants` lists them", e.Probe)
	}
	// Written so that what is not a number is refused too.
	if !(e.Patience >= 0 && e.Patience <= mostPatience) {
		wrong("the patience %g has to be more than 0 and at most %d, such as 2", e.Patience, mostPatience)
	}
	if e.TimeLimit < 0 {
		wrong("the time limit %s of a run has to be more than nothing, such as 10m", e.TimeLimit)
	}
	if e.AckDeadline < 0 {
		wrong("the deadline %s of an acknowledgement has to be more than nothing, such as 5s", e.AckDeadline)
	}
	return errors.Join(problems...)
}

// complete checks the environment and fills in its defaults.
func (e Env) complete() (Env, error) {
	if e.Platform == nil {
		return e, errors.New("judge: Env.Platform is nil: start a mock platform first")
	}
	if err := e.Check(); err != nil {
		return e, err
	}
	if e.AckDeadline == 0 {
		e.AckDeadline = 5 * time.Second
	}
	if e.Patience == 0 {
		e.Patience = 1
	}
	if e.TimeLimit == 0 {
		e.TimeLimit = 10 * time.Minute
	}
	if e.Catalogue == nil {
		e.Catalogue = schemas.Everything()
	}
	e.Today = cmp.Or(e.Today, e.Catalogue.Day(), e.Platform.Now().UTC().Format(time.DateOnly))
	if e.declares(MTLS) && (!e.OverTLS() || e.Platform.Options().ClientCA == nil) {
		return e, fmt.Errorf("judge: the feature %s needs an https URL, and a platform with a ClientCA; the URL is %s", MTLS, e.URL)
	}
	if e.wire == nil {
		e.wire = e.Platform
	}
	return e, nil
}

func (e Env) declares(f Feature) bool { return slices.Contains(e.Features, f) }

// OverTLS reports whether the receiver's URL is an https one.
func (e Env) OverTLS() bool { return strings.HasPrefix(strings.ToLower(e.URL), "https:") }

// wait scales one of the harness's own waits.
func (e Env) wait(d time.Duration) time.Duration { return time.Duration(float64(d) * e.Patience) }
