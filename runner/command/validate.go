package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/payload"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/plural"
)

func newValidate(h *Host) *cobra.Command {
	var when, folder string
	var asJSON, quiet bool
	cmd := &cobra.Command{
		Use:   "validate [FILE|FOLDER|-]...",
		Short: "Say which variant a payload is, and what is wrong with it",
		Long: `Hold payloads to the catalogue: which variant each event is, or the nearest, and
what is unknown, missing or of another type, with JSON pointers.

A file holds one JSON document, or one on each line, or a capture of ` + "`referee record`" + `,
or what the console of ` + "`referee serve`" + ` exports as NDJSON, of which the deliveries count.
A file of anything else is refused. In a folder every .json, .ndjson and .jsonl file
counts. Without arguments, or for "-", payloads come from standard input; a stream may
have any length.

Exit codes: 0 when every payload is valid, 1 when one is not, 3 when something
could not be read, 4 when there was no payload.`,
		Example: `  referee emit referral.ads --dry-run | referee validate
  referee validate captures/ --as-of 2024-01-01 --quiet`,
		RunE: func(cmd *cobra.Command, args []string) error {
			catalogue, err := h.catalogue(folder, when)
			if err != nil {
				return err
			}
			sources, err := h.sources(args)
			if err != nil {
				return err
			}
			all, invalid, events := 0, 0, 0
			lines := json.NewEncoder(h.Stdout)
			lines.SetEscapeHTML(false)
			page := h.page(h.Stdout)
			err = validate(cmd.Context(), catalogue, sources, func(p report.Payload) error {
				all++
				events += len(p.Events)
				if !p.Valid {
					invalid++
				}
				switch {
				case quiet && p.Valid:
					return nil
				case asJSON:
					return lines.Encode(p)
				}
				return report.WritePayload(h.Stdout, p, page)
			})
			if err != nil {
				return err
			}
			if !asJSON {
				fmt.Fprintf(h.Stdout, "%s, %s: %d valid, %d not\n", plural.Count(all, "payload"), plural.Count(events, "event"), all-invalid, invalid)
			}
			if invalid > 0 {
				return &exit{code: report.ExitNonconformant}
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&when, "as-of", "", "the catalogue of this `DATE`, or of a Graph API version such as v12.0; default: all that Meta ever sent")
	catalogueFlag(flags, &folder)
	flags.BoolVar(&quiet, "quiet", false, "print payloads that are not valid, and the sum")
	flags.BoolVar(&asJSON, "json", false, "print a JSON object on a line for each payload")
	return cmd
}

// validate holds payloads to a catalogue, one after the other.
func validate(ctx context.Context, catalogue *schemas.Catalogue, sources []payload.Source, take func(report.Payload) error) error {
	err := payload.Each(ctx, sources, func(_ int, p payload.Payload) report.Payload {
		r, err := catalogue.Read(p.Body)
		return report.NewPayload(p.Where, p.Instant(), r, err)
	}, func(_ payload.Payload, p report.Payload) error { return take(p) })
	if err != nil {
		return unlooked(ctx, err)
	}
	return nil
}

// sources are the payloads that arguments name, or standard input.
func (h *Host) sources(args []string) ([]payload.Source, error) {
	if len(args) == 0 {
		args = []string{payload.Stdin}
	}
	sources, err := payload.Sources(args, h.Stdin)
	return sources, trouble(err)
}

// unlooked is the end of a command that could not look at all payloads.
func unlooked(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return &exit{code: runner.ExitInterrupted, err: errors.New("interrupted")}
	case errors.Is(err, payload.ErrNone):
		return &exit{code: report.ExitEmpty, err: err}
	}
	return trouble(err)
}
