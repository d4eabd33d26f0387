package command

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner/payload"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/drift"
)

// driftFormats are what a drift can be written as.
var driftFormats = []string{"text", "json", "markdown"}

// driftFlags are the flags of drift.
type driftFlags struct {
	against          []string
	when, folder     string
	severity, accept string
	format, write    string
}

func newDrift(h *Host) *cobra.Command {
	var f driftFlags
	cmd := &cobra.Command{
		Use:   "drift [FILE|FOLDER|-]...",
		Short: "Compare payloads with the catalogue, or with earlier ones",
		Long: `Compare payloads with the catalogue, or with --against payloads that came before:
new and vanished members, changed types, new values of closed sets, new kinds of
events. Each difference comes with its id, its count, the first and the last time, an
example, and what it means: harmless, risky, or breaking, and for which receivers.
Payloads come from the files that ` + "`referee validate`" + ` reads.

--severity names a JSON file with the classes that differences have for you, by id, or
by the beginning of several and a *: {"new-value:page.message:*": "breaking"}.

What was looked into can be accepted, until a day, with --accept FILE:
[{"id": "…", "reason": "…", "expires": "2027-01-31"}], ids as in --severity. What
--format json printed is such a file too, for ever and without reasons.

--write puts variant files and schema patches for what is new into a folder, which
--catalogue then takes for known, here and in run, serve, emit, validate and replay.
With --catalogue, --write adds to that folder.

Exit codes: 0 when nothing drifted, 1 when something did that was not accepted,
3 when something could not be read, 4 when there was no payload.`,
		Example: `  referee drift captures/tonight.ndjson --accept accepted.json
  referee drift captures/tonight.ndjson --catalogue ours --write ours
  referee drift today.ndjson --against yesterday.ndjson --format markdown`,
		RunE: func(cmd *cobra.Command, args []string) error { return f.drift(cmd.Context(), h, args) },
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&f.against, "against", nil, "compare with the payloads in this `FILE` or folder instead of the catalogue; may be given several times")
	flags.StringVar(&f.when, "as-of", "", "the catalogue of this `DATE`, or of a Graph API version such as v12.0; default: all that Meta ever sent")
	catalogueFlag(flags, &f.folder)
	flags.StringVar(&f.format, "format", "text", "how to print it: `FORMAT` is text, json or markdown")
	flags.StringVar(&f.severity, "severity", "", "the `FILE` that says which class a difference has")
	flags.StringVar(&f.accept, "accept", "", "leave out the differences in this `FILE`")
	flags.StringVar(&f.write, "write", "", "write variant files and schema patches for what is new into this `FOLDER`")
	mustComplete(cmd, "format", func() []string { return driftFormats })
	return cmd
}

func (f *driftFlags) drift(ctx context.Context, h *Host, args []string) error {
	if !slices.Contains(driftFormats, f.format) {
		return fmt.Errorf("--format %s: there is %s", f.format, strings.Join(driftFormats, ", "))
	}
	if err := checkWrite(f.write, f.folder); err != nil {
		return err
	}
	severity, err := parsed("--severity", f.severity, drift.ParseSeverity)
	if err != nil {
		return err
	}
	accepted, err := parsed("--accept", f.accept, drift.ParseAcceptances)
	if err != nil {
		return err
	}
	catalogue, err := h.catalogue(f.folder, f.when)
	if err != nil {
		return err
	}
	r, err := h.drift(ctx, catalogue, args, f.against)
	if err != nil {
		return err
	}
	r, unmet := r.As(severity)
	for _, s := range unmet {
		h.warn("--severity %s: %s: %q is about no difference that there is; take it out if it is old", f.severity, s.Where, s.ID)
	}
	r, gone := r.Without(accepted, time.Now().UTC().Format(time.DateOnly))
	for _, a := range gone {
		h.warn("--accept %s: %q is not there any more; take it out if it is old", f.accept, a.ID)
	}
	if f.write != "" {
		if err := f.suggest(h, catalogue, r); err != nil {
			return trouble(err)
		}
	}
	switch f.format {
	case "json":
		err = report.WriteDriftJSON(h.Stdout, r)
	case "markdown":
		err = report.WriteDriftMarkdown(h.Stdout, r, gone)
	default:
		err = report.WriteDrift(h.Stdout, r, h.page(h.Stdout))
	}
	if err != nil {
		return trouble(err)
	}
	if len(r.Items) > 0 || r.More > 0 {
		return &exit{code: report.ExitNonconformant}
	}
	return nil
}

// parsed reads the file that a flag names, if it names one.
func parsed[T any](flag, file string, parse func([]byte) (T, error)) (value T, err error) {
	if file == "" {
		return value, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return value, fmt.Errorf("%s: %w", flag, err)
	}
	if value, err = parse(text); err != nil {
		return value, fmt.Errorf("%s %s: %w", flag, file, err)
	}
	return value, nil
}

// drift compares the payloads that args name.
func (h *Host) drift(ctx context.Context, catalogue *schemas.Catalogue, args, against []string) (drift.Report, error) {
	now, err := h.sources(args)
	if err != nil {
		return drift.Report{}, err
	}
	if len(against) == 0 {
		c, err := gather(ctx, now, func() *drift.Collector { return drift.NewCollector(catalogue) }, (*drift.Collector).Add, (*drift.Collector).Merge)
		if err != nil {
			return drift.Report{}, err
		}
		return c.Report(), nil
	}
	before, err := h.sources(against)
	if err != nil {
		return drift.Report{}, err
	}
	profile := func(sources []payload.Source) (*drift.Profile, error) {
		return gather(ctx, sources, func() *drift.Profile { return drift.NewProfile(catalogue) }, (*drift.Profile).Add, (*drift.Profile).Merge)
	}
	earlier, err := profile(before)
	if err != nil {
		return drift.Report{}, err
	}
	later, err := profile(now)
	if err != nil {
		return drift.Report{}, err
	}
	return later.Compare(earlier), nil
}

// gather sums payloads up, one sum for each core, and joins the sums.
func gather[T any](ctx context.Context, sources []payload.Source, empty func() T, add func(T, drift.Sample), merge func(T, T)) (T, error) {
	sums := make([]T, payload.Workers())
	for i := range sums {
		sums[i] = empty()
	}
	err := payload.Each(ctx, sources, func(worker int, p payload.Payload) struct{} {
		add(sums[worker], drift.Sample{Body: p.Body, At: p.Instant(), Where: p.Where})
		return struct{}{}
	}, func(payload.Payload, struct{}) error { return nil })
	if err != nil {
		return sums[0], unlooked(ctx, err)
	}
	for _, other := range sums[1:] {
		merge(sums[0], other)
	}
	return sums[0], nil
}
