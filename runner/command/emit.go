package command

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
)

type emitFlags struct {
	platformFlags
	url, person, at string
	dryRun, curl    bool
	generic         bool
}

func newEmit(h *Host) *cobra.Command {
	var f emitFlags
	cmd := &cobra.Command{
		Use:   "emit VARIANT [--url URL]",
		Short: "Send one variant to a URL, as Meta would",
		Example: `  referee emit referral.ads --url http://localhost:3000/webhook --app-secret s
  referee emit postback.user-ref --dry-run
  referee emit referral.shortlink --url http://localhost:3000/webhook --curl`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.emit(cmd, h, args[0]) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.url, "url", "", "the receiver's webhook")
	f.secrets(flags)
	f.events(flags)
	flags.StringVar(&f.person, "person", "emit", "the name of the person that it comes from; another name is another person")
	flags.StringVar(&f.at, "at", "", "when it happens, as 2026-01-02T15:04:05Z; default: now, and with --seed an instant that follows from it")
	flags.BoolVar(&f.dryRun, "dry-run", false, "print the bytes of the body and send nothing")
	flags.BoolVar(&f.curl, "curl", false, "print the curl command that sends it, and send nothing")
	flags.BoolVar(&f.generic, "spaced", false, "write the body as the sender Webhooks/1.0 does, with spaces")
	flags.DurationVar(&f.ackDeadline, "ack-deadline", 5*time.Second, "the time in which the delivery has to be acknowledged")
	cmd.MarkFlagsMutuallyExclusive("dry-run", "curl")
	return cmd
}

func (f *emitFlags) emit(cmd *cobra.Command, h *Host, id string) error {
	v, err := variant(id)
	if err != nil {
		return err
	}
	at, err := f.instant(cmd)
	if err != nil {
		return err
	}
	o := f.options()
	o.Clock = func() time.Time { return at }
	platform, err := mockplatform.New(o)
	if err != nil {
		return err
	}
	defer platform.Close()
	ev, err := event.Build(v, platform.Session(f.person), 1, at)
	if err != nil {
		return trouble(err)
	}
	doc, err := event.Wrap(ev)
	if err != nil {
		return trouble(err)
	}
	style := wire.Messaging
	if f.generic {
		style = wire.Generic
	}
	d := mockplatform.Delivery{URL: f.url, Doc: doc, Style: style, Person: f.person}

	switch {
	case f.dryRun:
		request, err := platform.Request(d)
		if err != nil {
			return trouble(err)
		}
		_, err = h.Stdout.Write(request.Body)
		return trouble(err)
	case f.url == "":
		return errors.New("where to? give --url http://localhost:3000/webhook, or --dry-run to see the body")
	case f.curl:
		request, err := platform.Request(d)
		if err != nil {
			return trouble(err)
		}
		_, err = fmt.Fprintln(h.Stdout, delivery.Curl(request))
		return trouble(err)
	}
	attempt, err := platform.Deliver(cmd.Context(), d)
	if err != nil {
		return trouble(err)
	}
	return f.tell(h, id, attempt)
}

// instant is when the event happens. A seed makes the bytes repeatable, so an
// explicit one fixes the instant too.
func (f *emitFlags) instant(cmd *cobra.Command) (time.Time, error) {
	if f.at != "" {
		at, err := time.Parse(time.RFC3339, f.at)
		if err != nil {
			return at, fmt.Errorf("--at %q is not an instant like 2026-01-02T15:04:05Z", f.at)
		}
		return at, nil
	}
	if cmd.Flags().Changed("seed") {
		return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), nil
	}
	return time.Now(), nil
}

// tell says how the receiver answered; anything but a 2xx in time is exit code 1.
func (f *emitFlags) tell(h *Host, id string, a delivery.Attempt) error {
	if a.Answer == nil {
		var e *delivery.Error
		if errors.As(a.Err, &e) && (e.Reason == delivery.ReasonConnect || e.Reason == delivery.ReasonRequest) {
			return trouble(fmt.Errorf("send %s to %s: %w", id, f.url, a.Err))
		}
		return &exit{code: report.ExitNonconformant, err: fmt.Errorf("sent %s to %s: %w", id, f.url, a.Err)}
	}
	fmt.Fprintf(h.Stdout, "%s: status %d after %s\n", id, a.Answer.Status, a.Timing.FirstByte.Round(10*time.Microsecond))
	if len(a.Answer.Body) > 0 {
		fmt.Fprintln(h.Stdout, report.Clean(string(a.Answer.Body)))
	}
	switch {
	case a.Err != nil:
		return &exit{code: report.ExitNonconformant, err: a.Err}
	case a.Answer.Status/100 != 2:
		return &exit{code: report.ExitNonconformant}
	}
	return nil
}

// variant looks a variant up; the error helps with the name.
func variant(id string) (schemas.Variant, error) {
	v, ok := schemas.ByID(id)
	if ok {
		return v, nil
	}
	var ids []string
	for _, v := range schemas.All() {
		ids = append(ids, v.ID)
	}
	return v, &exit{code: runner.ExitUsage, err: unknown("variant", id, ids, "referee variants")}
}
