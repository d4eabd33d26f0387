package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/runner/load"
	"github.com/seed-11445fa1/referee/runner/report"
)

// begin puts a page without a verdict where that of the load will be, so that the one of
// the load before does not stay, and opens the console of the platform, with the load's
// metrics, where it is asked for. Who gets no error calls done in the end.
func (f *loadFlags) begin(ctx context.Context, h *Host, platform *mockplatform.Platform) (done func() error, err error) {
	done = func() error { return nil }
	var desk *console.Server
	switch {
	case f.consoleAddr != "":
		f.meter = load.NewMeter()
		o := console.Options{Platform: platform, Addr: f.consoleAddr, Token: f.consoleToken, Metrics: f.meter, Version: programVersion()}
		if err := o.Check(); err != nil {
			return nil, fmt.Errorf("--console-addr: %w; --console-token is its token", err)
		}
		if desk, err = console.New(o); err != nil {
			return nil, err
		}
	case f.consoleToken != "":
		return nil, errors.New("--console-token is that of a console: give --console-addr too, such as 127.0.0.1:7071")
	}
	if info, err := os.Stat(f.html); err != nil || info.Mode().IsRegular() {
		_ = f.writePage(nil) // what cannot be written is told at the end
	}
	if desk != nil {
		if err := desk.Start(ctx); err != nil {
			return nil, trouble(err)
		}
		done = desk.Close
		fmt.Fprintf(h.Stderr, "Metrics: %smetrics\n", desk.URL())
	}
	return done, nil
}

// writePage writes the page of a load, where one is asked for; nil: it has not ended.
func (f *loadFlags) writePage(r *load.Result) error {
	if f.html == "" {
		return nil
	}
	return report.WriteFile(f.html, func(w io.Writer) error { return report.WriteLoad(w, r) })
}

// assertedText is what came of the assertions, for people.
func assertedText(r load.Result) string {
	var b strings.Builder
	for _, a := range r.Assertions {
		switch {
		case a.Holds == nil:
			fmt.Fprintf(&b, "? %s: %s\n", a.Assertion, a.Actual)
		case *a.Holds:
			fmt.Fprintf(&b, "✓ %s: it is %s\n", a.Assertion, a.Actual)
		default:
			fmt.Fprintf(&b, "✗ %s: it is %s\n", a.Assertion, a.Actual)
		}
	}
	return b.String()
}

// isLoad reports whether a text looks like the result of a load, and not of a run.
func isLoad(text []byte) bool {
	var members map[string]json.RawMessage
	return json.Unmarshal(text, &members) == nil && members["errors_by"] != nil && members["requirements"] == nil
}

// reportLoad writes the page of a load's result, or without a file prints what load prints.
func reportLoad(h *Host, name string, text []byte, files []report.File) error {
	r, err := load.ReadResult(text)
	if err != nil {
		return errors.Join(fmt.Errorf("%s is no result of `referee load --result`", name), err)
	}
	if r.Part == nil && r.Merged == nil && r.Tally != nil {
		return fmt.Errorf("%s is what a collector counted, which says nothing of what was sent: add it to the results of those who sent, with `referee load merge`", name)
	}
	if len(files) == 0 {
		_, err := io.WriteString(h.Stdout, loadText(r))
		return trouble(err)
	}
	for _, file := range files {
		if file.Key != "html" {
			return fmt.Errorf("--%s is of a run, and %s is the result of a load: give --html, or nothing to print it", file.Key, name)
		}
	}
	return trouble(report.WriteFile(files[0].Path, func(w io.Writer) error { return report.WriteLoad(w, &r) }))
}
