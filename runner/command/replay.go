package command

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner/config"
)

// replayFlags are the flags of replay: those of run, and its own.
type replayFlags struct {
	runFlags
	speed string
	judge bool
}

func newReplay(h *Host) *cobra.Command {
	var f replayFlags
	var settings config.Settings
	cmd := &cobra.Command{
		Use:   "replay [FILE|FOLDER|-]... --url URL",
		Short: "Deliver a capture, or payloads, to a receiver again",
		Long: `Deliver what was captured, byte for byte and signed anew with --app-secret, and say
how each delivery was answered: a capture of record, the deliveries of what the
console of serve exports as NDJSON, files with a JSON document, or with one on each
line. A file with anything else in it is refused before anything is delivered; of
standard input, what comes before it was.

Of a capture, headers are delivered as they were recorded, but for signatures and
what was replaced by stand-ins; a User-Agent that was is Meta's. Left out, and counted,
is what was signed wrongly when it came, and what was not kept to its end.

--speed full delivers one after the other, in order. --speed recorded keeps the times
between deliveries, and lets them overlap as they did; 2x is twice as fast.

--judge judges the receiver with one payload of each shape, and of each value of members
such as type and status: whether it acknowledges it, handles it once when it comes twice,
and survives unknown members in it. Reports and exit codes are those of run, as are all
flags but --speed.

Exit codes without --judge: 0 when every delivery was acknowledged, 1 when one was not,
3 when something could not be read or the receiver not be reached, 4 when there was
nothing to deliver.`,
		Example: `  referee replay captures/today.ndjson --url http://localhost:3000/webhook \
      --app-secret s
  referee replay captures/ --url http://localhost:3000/webhook --judge \
      --junit junit.xml`,
		Annotations: map[string]string{judges: "judge"},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) (err error) {
			settings, err = h.load(cmd, config.DefaultFile)
			return err
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.judge {
				f.again, f.urlOrigin = againBy("referee replay", args, settings, "--judge"), settings.Origin("url")
				h.begin(cmd.Flags())
			}
			sources, err := h.sources(args)
			if err != nil {
				return err
			}
			if f.judge {
				if cmd.Flags().Changed("speed") {
					return errors.New("--speed is for deliveries that are not judged; leave it out, or --judge")
				}
				return f.judgeWith(cmd, h, sources)
			}
			return f.deliver(cmd.Context(), h, sources)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.speed, "speed", "full", "how fast: full, recorded, or a `FACTOR` of that such as 2x")
	flags.BoolVar(&f.judge, "judge", false, "judge the receiver with the payloads")
	f.declare(flags)
	fileFlag(flags)
	return cmd
}
