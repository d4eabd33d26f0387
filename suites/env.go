package suites

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
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
	// MTLS: the receiver lets in nobody who does not show Meta's client
	// certificate.
	MTLS Feature = "mtls"
)

// Features returns every feature that can be declared.
func Features() []Feature { return []Feature{Replies, Receipts, Instagram, MTLS} }

// Env is what a run knows before it begins. It is not changed once Register
// has it.
type Env struct {
	// Platform is the mock platform, started. With an https URL, its TLS comes from
	// AnyTLS; with the feature MTLS, it has a ClientCA that the receiver trusts.
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
	// Select holds the ids of the requirements to judge. Default: all.
	Select []string
	// AckDeadline is the time within which a delivery has to be acknowledged.
	// Default 5 s, which is Meta's.
	AckDeadline time.Duration
	// Patience scales the harness's own waits (for evidence, for quiet, for a
	// receiver that restarts), never Meta's limits. Default 1.
	Patience float64
	// Revive, if set, starts a receiver that listens no more again, and says how
	// it ended. It returns when the receiver is ready, or with the reason why it
	// will not be; a receiver that is alive after all is no error. Default: the
	// receiver has to come back by itself.
	Revive func(context.Context) (how string, err error)
	// Output, if set, returns what the receiver has written since mark, and the
	// mark from which to go on. Default: its output is not known.
	Output func(mark int64) (text string, next int64)
	// Calibrated, if set, is called once with what calibration learned, before
	// the first requirement is judged.
	Calibrated func(Calibration)
	// Judged, if set, is called with each outcome when it is final, from
	// several goroutines, in the order in which specs end.
	Judged func(Outcome)
}

// complete checks the environment and fills in its defaults.
func (e Env) complete() (Env, error) {
	if e.Platform == nil {
		return e, errors.New("suites: Env.Platform is nil: start a mock platform first")
	}
	if e.AckDeadline == 0 {
		e.AckDeadline = 5 * time.Second
	}
	if e.Patience == 0 {
		e.Patience = 1
	}
	if e.Catalogue == nil {
		e.Catalogue = schemas.Everything()
	}
	for _, k := range calibrating {
		if _, ok := e.Catalogue.ByID(k.variant); !ok {
			return e, fmt.Errorf("suites: on %s Meta did not send %s, without which no receiver can be judged", e.Catalogue.Day(), k.variant)
		}
	}
	if e.Forecasts < 0 {
		return e, errors.New("suites: Env.Forecasts must not be negative")
	}
	if e.AckDeadline < 0 || e.Patience < 0 {
		return e, errors.New("suites: Env.AckDeadline and Env.Patience must be positive")
	}
	for _, f := range e.Features {
		if !slices.Contains(Features(), f) {
			return e, fmt.Errorf("suites: unknown feature %q; known are %q", f, Features())
		}
	}
	if e.declares(MTLS) && (!e.overTLS() || e.Platform.Options().ClientCA == nil) {
		return e, fmt.Errorf("suites: the feature %s needs an https URL, and a platform with a ClientCA; the URL is %s", MTLS, e.URL)
	}
	if e.Probe != "" {
		if _, ok := schemas.ByID(e.Probe); !ok {
			return e, fmt.Errorf("suites: unknown variant %q as probe; `referee variants` lists them", e.Probe)
		}
	}
	for _, id := range e.Select {
		if _, ok := ByID(id); !ok {
			return e, fmt.Errorf("suites: unknown requirement %q; `referee requirements` lists them", id)
		}
	}
	return e, nil
}

func (e Env) declares(f Feature) bool { return slices.Contains(e.Features, f) }

// wait scales one of the harness's own waits.
func (e Env) wait(d time.Duration) time.Duration { return time.Duration(float64(d) * e.Patience) }
