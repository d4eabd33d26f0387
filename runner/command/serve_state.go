package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
)

// readState reads the file of --state; nil without one.
func (f *serveFlags) readState() (*console.PlatformState, error) {
	if f.stateFile == "" {
		return nil, nil
	}
	if f.data != "" {
		return nil, errors.New("--data and --state exclude each other: the file of --data has a state of its own; GET /api/v1/state of a platform with --data is the file for one with --state")
	}
	text, err := os.ReadFile(f.stateFile)
	if err != nil {
		return nil, fmt.Errorf("--state: %w; GET /api/v1/state of a platform that runs is such a file", err)
	}
	f.stateText = text
	state, err := console.ReadState(text)
	if err != nil {
		return nil, f.wrongState(err)
	}
	f.subscribed = state.Receiver.Subscriptions
	if f.url != "" || f.command != "" { // which comes before the URL of the file
		state.Receiver = mockplatform.ReceiverSetup{}
	}
	f.handshake = state.Receiver.URL
	return &state, nil
}

// wrongState is the error of a file that is no state, or none for this platform: a line for
// each place that is wrong, with the line, the column and the JSON Pointer.
func (f *serveFlags) wrongState(err error) error {
	var lines []string
	add := func(pointer, problem string) {
		at, shown := pointer, cmp.Or(pointer, "the document")
		for {
			place, found := schemas.PlaceOf(f.stateText, at)
			if found {
				lines = append(lines, fmt.Sprintf("%s: %s: %s", place, shown, problem))
				return
			}
			at = at[:max(0, strings.LastIndexByte(at, '/'))] // what holds it
		}
	}
	whole := false
	errorsIn(err, func(err error) {
		var invalid *schemas.ValidationError
		var wrong *mockplatform.StateError
		switch {
		case errors.As(err, &invalid):
			for _, p := range invalid.Problems {
				add(p.Pointer, p.Message)
			}
		case errors.As(err, &wrong):
			add(wrong.Pointer, wrong.Problem)
		default:
			whole = true
		}
	})
	if whole || len(lines) == 0 {
		return fmt.Errorf("--state %s: %w", f.stateFile, err)
	}
	return fmt.Errorf("--state %s is no state of a platform; nothing of it was taken over\n  %s", f.stateFile, strings.Join(lines, "\n  "))
}

// errorsIn calls f for each of the errors that one joins.
func errorsIn(err error, f func(error)) {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range many.Unwrap() {
			errorsIn(err, f)
		}
	} else if err != nil {
		f(err)
	}
}

// importState sets the platform up with a state, if there is one.
func (f *serveFlags) importState(desk *console.Server, state *console.PlatformState) error {
	if state == nil {
		return nil
	}
	if err := desk.Import(*state); err != nil {
		return f.wrongState(err)
	}
	return nil
}

// setReceiver makes the receiver the one that the flags name. It need not run
// yet: a bot has to know where the platform is before it starts.
func (f *serveFlags) setReceiver(platform *mockplatform.Platform) error {
	if f.url == "" {
		return nil
	}
	return platform.SetReceiver(f.url, f.subscribed...)
}

// verify makes the handshake with the receiver, and says how it went.
func (f *serveFlags) verify(ctx context.Context, h *Host, platform *mockplatform.Platform, url string) {
	text := fmt.Sprintf("%s answered the handshake.\n", url)
	to := f.subscribed
	if len(to) == 0 {
		to = []mockplatform.Subscribed{{}}
	}
	for _, s := range to {
		err := platform.Subscribe(ctx, mockplatform.Subscription{URL: url, Object: s.Object, Fields: s.Fields, Versions: s.Versions})
		if err != nil {
			if ctx.Err() != nil {
				return
			}
			text = fmt.Sprintf("No handshake yet: %v.\nDeliveries go there all the same; the page Setup verifies it again.\n", err)
			break
		}
	}
	// When nobody reads the output any more, there is nobody to tell.
	_, _ = io.WriteString(h.Stdout, report.Clean(text))
}
