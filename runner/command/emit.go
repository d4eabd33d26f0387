package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
)

type emitFlags struct {
	platformFlags
	transportFlags
	url, person, at string
	dryRun, curl    bool
	generic         bool
	folder          string // of --catalogue
	count           int64
	format          string
}

func newEmit(h *Host) *cobra.Command {
	var f emitFlags
	cmd := &cobra.Command{
		Use:   "emit VARIANT|FILE.json [--url URL]",
		Short: "Send one variant to a URL, as Meta would",
		Example: `  referee emit referral.ads --url http://localhost:3000/webhook --app-secret s
  referee emit postback.user-ref --dry-run
  referee emit referral.shortlink --url http://localhost:3000/webhook --curl
  referee emit referral.ads --url http://localhost:3000/webhook --count 100000 \
      --format vegeta | vegeta attack -lazy -format json -rate 500`,
		Args:              one("variant", "referee variants"),
		ValidArgsFunction: argument(variantIDs),
		RunE:              func(cmd *cobra.Command, args []string) error { return f.emit(cmd, h, args[0]) },
	}
	f.declare(cmd.Flags())
	mustComplete(cmd, "format", func() []string { return []string{formatNDJSON, formatVegeta} })
	return cmd
}

func (f *emitFlags) declare(flags *pflag.FlagSet) {
	config.MustDeclare(flags, "url", &f.url)
	flags.BoolVar(&f.dryRun, "dry-run", false, "print the bytes of the body and send nothing")
	flags.BoolVar(&f.curl, "curl", false, "print the curl command that sends it, and send nothing")
	flags.StringVar(&f.person, "person", "emit", "the `NAME` of the person that it comes from; another name is another person")
	flags.StringVar(&f.at, "at", "", "the `INSTANT` when it happens, such as 2026-01-02T15:04:05Z; default: now, and with --seed one that is always the same")
	flags.Int64Var(&f.count, "count", 0, "write this `NUMBER` of deliveries to the standard output, each of another person, for another program to send")
	flags.StringVar(&f.format, "format", formatNDJSON, "how they are written, one a line: `FORMAT` is ndjson (method, url, header, body), or vegeta for its targets in JSON")
	flags.BoolVar(&f.generic, "spaced", false, "write the body as the sender Webhooks/1.0 does, with spaces")
	f.deliveries(flags)
	f.transport(flags)
	catalogueFlag(flags, &f.folder)
}

func (f *emitFlags) emit(cmd *cobra.Command, h *Host, id string) error {
	catalogue, err := h.catalogue(f.folder, "")
	if err != nil {
		return err
	}
	v, err := variant(catalogue, id)
	if err != nil {
		return err
	}
	if f.many(cmd) {
		if err := f.checkMany(cmd); err != nil {
			return err
		}
	}
	switch {
	case f.dryRun && f.curl:
		return errors.New("--dry-run prints the body and --curl the command: give one of them")
	case !f.dryRun && f.url == "":
		return errors.New("where to? give --url http://localhost:3000/webhook, or --dry-run to see the body")
	}
	if err := f.check(); err != nil {
		return err
	}
	at, err := f.instant(cmd.Flags())
	if err != nil {
		return err
	}
	f.warnOfVersion(h, at.UTC().Format(time.DateOnly))
	if f.many(cmd) {
		o := f.options()
		if err := f.secure(&o); err != nil {
			return err
		}
		return f.emitMany(cmd, h, v, at, o)
	}
	platform, d, err := f.delivery(v, at)
	if err != nil {
		return err
	}
	defer platform.Close()

	switch {
	case f.dryRun:
		request, err := platform.Request(d)
		if err != nil {
			return trouble(err)
		}
		_, err = h.Stdout.Write(request.Body)
		return trouble(err)
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
	return f.tell(h, v.ID, attempt)
}

// delivery is one of a variant, with an event that happens at this instant, and the
// platform to send it from.
func (f *emitFlags) delivery(v schemas.Variant, at time.Time) (*mockplatform.Platform, mockplatform.Delivery, error) {
	style := wire.StyleOf(v.Form, v.Field)
	if f.generic {
		style = wire.Generic
	}
	d := mockplatform.Delivery{URL: f.url, Style: style, Person: f.person}
	o := f.options()
	if err := f.secure(&o); err != nil {
		return nil, d, err
	}
	o.Clock = clock.NewVirtual(at)
	platform, err := mockplatform.New(o)
	if err != nil {
		return nil, d, err
	}
	ev, err := event.Build(v, platform.Session(f.person), 1, at)
	if err == nil {
		d.Doc, err = event.Wrap(ev)
	}
	if err != nil {
		return nil, d, errors.Join(trouble(err), platform.Close())
	}
	return platform, d, nil
}

// instant is when the event happens. A seed makes the bytes repeatable, so an
// explicit one fixes the instant too.
func (f *emitFlags) instant(flags *pflag.FlagSet) (time.Time, error) {
	if f.at != "" {
		return instant(f.at)
	}
	if flags.Changed("seed") {
		return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), nil
	}
	return time.Now(), nil
}

// instant reads what --at says.
func instant(text string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, fmt.Errorf("--at %q is not an instant like 2026-01-02T15:04:05Z", text)
	}
	return at, nil
}

// tell says how the receiver answered; anything but a 2xx in time is exit code 1.
func (f *emitFlags) tell(h *Host, id string, a delivery.Attempt) error {
	if a.Answer == nil {
		err := fmt.Errorf("send %s to %s: %w", id, f.url, a.Err)
		return &exit{code: unanswered(a.Err), err: err}
	}
	text := fmt.Sprintf("%s: status %d after %s\n", id, a.Answer.Status, a.Timing.FirstByte.Round(10*time.Microsecond))
	if body := strings.TrimRight(string(a.Answer.Body), "\r\n"); body != "" {
		text += report.Clean(body) + "\n"
	}
	if _, err := io.WriteString(h.Stdout, text); err != nil {
		return trouble(err)
	}
	switch {
	case a.Err != nil:
		return &exit{code: unanswered(a.Err), err: a.Err}
	case a.Answer.Status/100 != 2:
		return &exit{code: report.ExitNonconformant}
	}
	return nil
}

// unanswered is the exit code for a delivery that was not answered to the end.
func unanswered(err error) int {
	var e *delivery.Error
	if !errors.As(err, &e) {
		return runner.ExitTrouble
	}
	switch e.Reason {
	case delivery.ReasonRequest:
		return runner.ExitUsage
	case delivery.ReasonConnect:
		return runner.ExitTrouble
	case delivery.ReasonCanceled:
		return runner.ExitInterrupted
	}
	return report.ExitNonconformant
}

// variant looks a variant up in a catalogue, or reads it from a file whose name ends with
// .json; the error helps with the name.
func variant(c *schemas.Catalogue, id string) (schemas.Variant, error) {
	v, ok := c.ByID(id)
	if ok {
		return v, nil
	}
	if strings.HasSuffix(id, ".json") {
		text, err := os.ReadFile(id)
		if err != nil {
			return v, fmt.Errorf("read the variant: %w", err)
		}
		if v, err = schemas.ParseVariant(text); err != nil {
			return v, fmt.Errorf("%s is no variant file: %w", id, err)
		}
		return v, nil
	}
	return v, unknown("variant", id, idsOf(c), "referee variants")
}
