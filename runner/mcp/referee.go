package mcp

import (
	"context"
	"io"
	"time"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/payload"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
)

// Referee does what the tools are asked for, as the commands do it: with the configuration
// and the environment of the folder. An error is what the command would print.
type Referee interface {
	// Run judges the receiver of the configuration, with these settings before all others,
	// and writes the reports that the configuration names and those of these formats. When
	// ctx ends, the run and the receiver that it started end, and the error says so; what was
	// judged until then is there beside it.
	Run(ctx context.Context, settings []Setting, formats []string, hear Hearing) (Judged, error)
	// Explain looks up a requirement or a cause, with the fix for a stack unless that is
	// empty.
	Explain(id, stack string) (Explained, error)
	// Validate holds payloads to what Meta sent on a day; empty for ever.
	Validate(ctx context.Context, sources []payload.Source, asOf string, take func(report.Payload) error) error
	// Emit makes a delivery, and sends it if that is asked for.
	Emit(ctx context.Context, ask Emit) (Emitted, error)
	// Catalogue is what Meta sends.
	Catalogue() (*schemas.Catalogue, error)
	// Requirements are what a bot has to satisfy, and what the configuration expects of it.
	Requirements() ([]suites.Requirement, error)
	// Variant is one of the catalogue, or of a file that ends with .json.
	Variant(id string) (schemas.Variant, error)
}

// For makes a Referee for one call, which writes its warnings there.
type For func(warnings io.Writer) Referee

// Setting is a setting of a run, by the name that it has in the configuration, as text.
type Setting struct{ Name, Value string }

// Hearing hears how a run goes, see runner.Config.
type Hearing struct {
	Progress   runner.Progress
	Calibrated func(what string)
	Repeating  func(run, of int)
}

// Judged is what a run came to.
type Judged struct {
	Result report.Result
	// Code is the exit code that the command would have.
	Code int
	// Started says that the run started the receiver, and so has ended it.
	Started bool
	// Interrupted says that it ended before all was judged.
	Interrupted bool
	// Files are the reports that were written.
	Files []report.File
}

// Explained is what an id stands for: one of Requirement and Cause is set.
type Explained struct {
	Requirement *report.Explanation
	Cause       *report.Cause
	Code        *report.Code // nil where no stack was named; its text is empty where none was written
}

// Emit is a delivery to make.
type Emit struct {
	Variant string
	URL     string     // where it goes; default: that of the configuration
	Person  string     // whom it comes from; default: that of the command
	At      *time.Time // when it happens; default: now
	Seed    *int64     // of ids and texts; default: that of the configuration
	Send    bool       // default: it is made, and not sent
}

// Emitted is a delivery.
type Emitted struct {
	URL  string
	Body []byte
	// Signature is the header X-Hub-Signature-256, Curl a command that sends the delivery.
	Signature, Curl string
	// Answer is nil where it was not sent.
	Answer *Answer
}

// Answer is what the receiver said.
type Answer struct {
	Status int
	Body   string
	Took   time.Duration
}
