package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/series"
	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/load"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// loadFlags are the flags of load.
type loadFlags struct {
	platformFlags
	receiverFlags
	transportFlags
	rate, batch, duplicates, mix, result string
	html, consoleAddr, consoleToken      string
	concurrency, count                   int64
	duration                             time.Duration
	asserted, stages                     []string
	findLimit, collect                   bool
	first                                int64
	at, collectAddr                      string
	script, manifest                     string
	origin                               func(setting string) string
	folder                               string // of --catalogue
	meter                                *load.Meter
	graphURL                             string // of the platform
}

func newLoad(h *Host) *cobra.Command {
	var f loadFlags
	var settings config.Settings
	cmd := &cobra.Command{
		Use:   "load",
		Short: "Send events at the pace of a campaign, and account for each",
		Long: `Send events, each of another person, valid and signed, as fast as --rate says
whether the receiver keeps up or not, or as fast as --concurrency connections are
answered. Where the receiver answers people at the platform, or posts receipts, each
event is accounted for: acknowledged, handled, lost, duplicated.

Latency counts from the instant at which a delivery was planned. What could not be
started within a second of it is dropped, and counted. --assert decides the exit
code: 1 where one does not hold, 3 where nothing shows whether it does. A receiver
that was started here, by --command or --image, is started again when it ends.

With --collect nothing is sent: receipts and replies are taken at --addr, of a load that
other machines send with the same --seed, --mix and --batch. The results of all of them
are added up by "referee load merge". With --k6 nothing is sent either: k6 sends the
same by the script that is written, from one machine or from many.`,
		Example: `  referee load --url http://localhost:3000/webhook --rate 500/s --duration 1m
  referee load --command 'node server.js' --rate 200/s --count 10000 \
      --assert 'p99<250ms' --assert 'lost==0'
  referee load --url http://localhost:3000/webhook --find-limit
  referee load --collect --addr 127.0.0.1:7070 --result tally.json
  referee load --url https://bot.example.com/webhook --rate 20000/s --k6 load.js`,
		Args: noArguments,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) (err error) {
			settings, err = h.load(cmd, config.DefaultFile)
			return err
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.urlOrigin, f.origin = settings.Origin("url"), settings.Origin
			return f.run(cmd, h)
		},
	}
	f.declare(cmd.Flags())
	cmd.AddCommand(newLoadMerge(h))
	return cmd
}

func (f *loadFlags) declare(flags *pflag.FlagSet) {
	for _, s := range []struct {
		name   string
		target any
	}{
		{"url", &f.url}, {"command", &f.command}, {"image", &f.image}, {"build-context", &f.buildContext},
		{"workdir", &f.workdir}, {"env", &f.env}, {"port", &f.port}, {"path", &f.path}, {"https", &f.https}, {"container-network", &f.network},
		{"ready-path", &f.readyPath}, {"ready-log", &f.readyLog}, {"ready-timeout", &f.readyTimeout},
		{"platform-addr", &f.addr}, {"platform-host", &f.hosts}, {"intercept-graph", &f.intercept}, {"allow-network", &f.allowNetwork},
		{"verify-token", &f.verifyToken}, {"app-id", &f.appID}, {"page-token", &f.pageToken},
	} {
		config.MustDeclare(flags, s.name, s.target)
	}
	f.deliveries(flags)
	f.transport(flags)
	flags.StringVar(&f.rate, "rate", "", "how many deliveries are sent, whether the receiver keeps up or not: a `RATE` such as 500/s or 30000/min, or one that rises over --duration, such as 0..500/s")
	flags.StringArrayVar(&f.stages, "stage", nil, "a part of the load, one after the other: a `RATE:TIME` such as 0..500/s:1m, or 500/s:10m")
	flags.BoolVar(&f.findLimit, "find-limit", false, "look for the highest rate at which all is acknowledged within the deadline, each kept for --duration, and send at that")
	flags.Int64Var(&f.concurrency, "concurrency", 0, "the `NUMBER` of connections, each of which sends when it is answered; with --rate, how many there are at most (default 64, and 1024)")
	flags.DurationVar(&f.duration, "duration", 0, "the `TIME` for which is sent; without it, --count and --stage, 30s, and 10s with --find-limit")
	flags.Int64Var(&f.count, "count", 0, "the `NUMBER` of deliveries that are sent; default: as many as --duration has room for")
	flags.StringVar(&f.mix, "mix", "", "a `FILE` in YAML with variants and how often each comes, such as \"referral.ads: 3\"; default: what comes to a page that runs ads")
	flags.StringVar(&f.batch, "batch", "1", "the `NUMBER` of events in a delivery, such as 5 or 1..20")
	flags.StringVar(&f.duplicates, "duplicates", "0%", "the `SHARE` of deliveries that are sent twice, such as 1%")
	flags.StringArrayVar(&f.asserted, "assert", nil, "what the result has to be, an `ASSERTION` such as 'p99<250ms' or 'lost==0', of "+strings.Join(load.Metrics(), ", "))
	flags.StringVar(&f.result, "result", "", "write the result as JSON to this `FILE`")
	flags.StringVar(&f.html, "html", "", "write the result as one page, with what changed over time, to this `FILE`")
	config.Own(flags, "result") // those of a run are others
	config.Own(flags, "html")
	flags.StringVar(&f.consoleAddr, "console-addr", "", "open the platform's console at this `HOST:PORT` while the load goes on; /metrics there is for Prometheus; default: there is none")
	flags.StringVar(&f.consoleToken, "console-token", "", "the `TOKEN` that the console asks for; needed on an address that is not this machine's alone")
	flags.StringVar(&f.at, "at", "", "the `INSTANT` of the first event, such as 2026-01-02T15:04:05Z; each further one is a millisecond later; default: now")
	flags.Int64Var(&f.first, "first", 0, "the `NUMBER` of the first delivery, where several machines send parts of one series, all with the same --at")
	flags.BoolVar(&f.collect, "collect", false, "send nothing, and count what comes back of a load that other machines send, into --result, until Ctrl-C, for --duration, or until --count events were handled or not acknowledged")
	flags.StringVar(&f.collectAddr, "addr", "", "the `HOST:PORT` at which receipts and replies are taken with --collect; the same as --platform-addr")
	flags.StringVar(&f.script, "k6", "", "send nothing, and write a script to this `FILE` by which k6 sends the same")
	flags.StringVar(&f.manifest, "k6-operator", "", "send nothing, and write a TestRun for k6-operator to this `FILE`, with that script in it")
	catalogueFlag(flags, &f.folder)
	fileFlag(flags)
}

func (f *loadFlags) run(cmd *cobra.Command, h *Host) error {
	o, asserted, err := f.read(cmd, h)
	if err != nil {
		return err
	}
	if f.collect {
		return f.collects(cmd.Context(), h, o)
	}
	if f.forK6() {
		return f.writeK6(h, o, asserted)
	}
	ctx := cmd.Context()
	options := f.options()
	if err := f.secure(&options); err != nil {
		return err
	}
	beLoaded(&options, o.Series)
	platform, err := mockplatform.New(options)
	if err != nil {
		return err
	}
	defer platform.Close()
	receiver, err := f.receiver()
	if err != nil {
		return err
	}
	// Both sides outlive Ctrl-C, so that what is under way is answered and counted.
	living, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	done, err := f.begin(living, h, platform)
	if err != nil {
		return err
	}
	defer done()
	if err := platform.Start(living); err != nil {
		return trouble(err)
	}
	f.graphURL = platform.GraphURL()
	started := context.AfterFunc(ctx, end)
	running, err := receiver.Start(living, runner.EnvironmentOf(platform))
	started()
	redactor := report.Redactor(options.Secrets())
	if err != nil {
		return ended(ctx, errors.New(redactor.Replace(err.Error())))
	}
	o.URL, o.Receiver, o.Meter = running.URL, running, f.meter
	o.Died = f.died(h, redactor)
	o.TLS = platform.Options().TLS
	if running.Roots != nil {
		o.TLS = o.TLS.Clone()
		o.TLS.RootCAs = running.Roots
	}
	result, err := f.send(ctx, h, o, platform)
	if err != nil {
		err = errors.New(redactor.Replace(err.Error())) // it may hold what the receiver wrote
	}
	if stopped := running.Stop(); stopped != nil {
		h.warn("the receiver could not be stopped: %v", stopped)
	}
	if err != nil && (result.Limit == nil || result.Limit.Rate == 0 || ctx.Err() != nil) {
		return ended(ctx, err)
	}
	result.Gone = report.Clean(redactor.Replace(result.Gone))
	result.URL = redactor.Replace(running.URL)
	told := f.tell(h, result, asserted)
	if err == nil {
		return told
	}
	// The limit was found, and told; what should have been sent at it was not.
	if e := (&exit{}); errors.As(told, &e) && e.err != nil {
		err = errors.Join(err, e.err)
	}
	return trouble(err)
}

// ended is the error of a load of which nothing was sent.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return &exit{code: runner.ExitInterrupted, err: errors.New("interrupted; nothing was sent")}
	}
	return trouble(err)
}

// died tells of each end of the receiver, and of the first with what it wrote.
func (f *loadFlags) died(h *Host, secrets *strings.Replacer) func(sut.Death, error) {
	name, told := cmp.Or(f.command, f.image), false
	return func(d sut.Death, err error) {
		how := d.Ended()
		switch {
		case err != nil:
			h.warn("the receiver %s, and could not be started again", how)
		case told:
			h.warn("the receiver %s, and was started again", how)
		default:
			told = true
			h.warn("%s", secrets.Replace(sut.Terms{Name: name}.Failed(how, "it was started again", d.Output).Error()))
		}
	}
}

// send sends the load, and counts what comes back to the platform.
func (f *loadFlags) send(ctx context.Context, h *Host, o load.Options, platform *mockplatform.Platform) (load.Result, error) {
	o.Evident = f.reachable()
	o.Live = func(s load.Second) {
		times, waiting := "", ""
		if s.Acknowledged > 0 {
			times = fmt.Sprintf("  p50 %s p99 %s", roughly(s.P50), roughly(s.P99))
		}
		if s.Waiting != nil {
			waiting = fmt.Sprintf(" %d waiting", *s.Waiting)
		}
		fmt.Fprintf(h.Stderr, "%4.0fs %7d sent %5d errors %5d dropped%s%s\n", s.At, s.Sent, s.Errors, s.Dropped, times, waiting)
	}
	if f.findLimit {
		return f.limit(ctx, h, o, platform)
	}
	l, err := load.New(o)
	if err != nil {
		return load.Result{}, err
	}
	following, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	l.Follow(following, platform.Journal())
	if err := l.Calibrate(ctx); err != nil {
		return load.Result{}, f.notBegun(err)
	}
	return l.Run(ctx), nil
}

// notBegun says of a receiver that ended before a load what it wrote.
func (f *loadFlags) notBegun(err error) error {
	died := &load.DiedError{}
	if !errors.As(err, &died) {
		return err
	}
	return sut.Terms{Name: cmp.Or(f.command, f.image)}.Failed(died.Death.Ended(), died.Err.Error(), died.Death.Output)
}

// limit looks for the highest rate that the receiver holds, and sends at that.
func (f *loadFlags) limit(ctx context.Context, h *Host, o load.Options, platform *mockplatform.Platform) (load.Result, error) {
	o.Live = nil
	began := time.Now()
	limit, err := load.FindLimit(ctx, o, func(p load.Probe) {
		mark, why := "✓", ""
		if !p.Holds {
			mark, why = "✗", "  "+p.Why
		}
		fmt.Fprintf(h.Stderr, "%s %s/s%s\n", mark, load.RateText(p.Rate), why)
	})
	only := func(err error) (load.Result, error) {
		return load.Result{
			Version: 1, Started: began.UTC().Truncate(time.Millisecond), DurationMS: time.Since(began).Milliseconds(),
			Limit: &limit, Interrupted: ctx.Err() != nil, ErrorsBy: map[string]uint64{},
		}, err
	}
	if err != nil || limit.Rate == 0 || ctx.Err() != nil {
		return only(f.notBegun(err))
	}
	o.First, o.Stages = limit.Next, []load.Stage{{From: limit.Rate, To: limit.Rate, For: o.Duration}}
	f.findLimit = false
	r, err := f.send(ctx, h, o, platform)
	if err != nil {
		return only(err)
	}
	r.Limit = &limit
	if why := r.NotHeld(o.AckDeadline); why != "" && !r.Interrupted {
		r.Notes = append(r.Notes, fmt.Sprintf("The rate that was found did not hold when it was sent at: %s. The limit is lower; a longer --duration finds it.", why))
	}
	return r, nil
}

// reachable reports whether the receiver can know where the platform is.
func (f *loadFlags) reachable() bool { return f.url == "" || !strings.HasSuffix(f.addr, ":0") }

// beLoaded has a platform reached as in a run, and know the people of a load.
func beLoaded(options *mockplatform.Options, people *series.Series) {
	options.Hosts = append(options.Hosts, sut.PlatformHosts()...)
	options.Known = func(id string) bool {
		_, known := people.Index(id)
		return known
	}
}
