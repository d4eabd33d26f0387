package command

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
	"github.com/seed-11445fa1/referee/mockplatform/store"
	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/expectfile"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// The clocks of --clock.
const (
	clockReal    = "real"
	clockVirtual = "virtual"

	graphStrict  = "strict"
	graphLenient = "lenient"
)

type serveFlags struct {
	platformFlags
	receiverFlags
	consoleAddr, consoleToken string
	consoleHosts              []string
	policy, clock, graph      string
	data, addrFile, stateFile string
	stateText                 []byte                    // of --state
	subscribed                []mockplatform.Subscribed // by the file of --state, for the URL
	handshake                 string                    // the URL of the file of --state, where no other is named
	folder                    string                    // of --catalogue
	chaos                     int64
	chaotic                   bool // --chaos was given
}

func newServe(h *Host) *cobra.Command {
	var f serveFlags
	var settings config.Settings
	cmd := &cobra.Command{
		Use:   "serve [-- COMMAND]",
		Short: "Play Meta on this machine, with a console in the browser",
		Long: `Play Meta until Ctrl-C: deliver what people do to a bot, answer its Graph API
calls, keep a journal of both. The console in the browser has the conversations,
the catalogue of events and every exchange; its control API is for programs.

A COMMAND starts the bot beside it, as --command of run does: with the secrets in
its environment, and its calls to graph.facebook.com led to the platform. serve
shows what it writes, is ready when it is, stops it at the end, and ends with exit
code 3 when the bot does. Several words are a program and its arguments; one is a
line for the shell.`,
		Example: `  referee serve
  referee serve --url http://localhost:3000/webhook \
      --platform-addr 127.0.0.1:7070
  referee serve --env FB_APP_SECRET={{.AppSecret}} -- node server.js
  referee serve --data referee.db
  referee serve --state state.json --url http://localhost:3000/webhook
  referee serve --clock virtual --policy graph --addr-file addresses.json`,
		Args: afterDashes,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) (err error) {
			settings, err = h.load(cmd, config.DefaultFile)
			return err
		},
		RunE: func(cmd *cobra.Command, words []string) error {
			f.chaotic = cmd.Flags().Changed("chaos")
			if err := f.choose(words, settings); err != nil {
				return err
			}
			return f.serve(cmd.Context(), h)
		},
	}
	flags := cmd.Flags()
	config.MustDeclare(flags, "url", &f.url)
	f.startFlags(flags)
	config.MustDeclare(flags, "platform-addr", &f.addr)
	config.MustDeclare(flags, "platform-host", &f.hosts)
	flags.StringVar(&f.consoleAddr, "console-addr", "127.0.0.1:0", "the `HOST:PORT` of the console; port 0 is any free one")
	flags.StringVar(&f.consoleToken, "console-token", "", "the `TOKEN` that the console asks for; on an address that is not this machine's alone, default: one that is printed")
	flags.StringSliceVar(&f.consoleHosts, "console-host", nil, "a further `NAME` under which the console may be called")
	flags.StringVar(&f.data, "data", "", "keep journal, people, files, pending deliveries and rules in this `FILE` over a restart; default: nothing is kept")
	flags.StringVar(&f.stateFile, "state", "", "begin with the people, what the bot set, the rules and the receiver in this `FILE`, as GET /api/v1/state answers them, and again after a reset")
	flags.StringVar(&f.addrFile, "addr-file", "", "write the chosen addresses as JSON to this `FILE`, and remove it at the end")
	config.MustDeclare(flags, "app-secret", &f.appSecret)
	config.MustDeclare(flags, "instagram-secret", &f.instagramSecret)
	config.MustDeclare(flags, "graph-version", &f.graphVersion)
	config.MustDeclare(flags, "verify-token", &f.verifyToken)
	config.MustDeclare(flags, "page-id", &f.pageID)
	config.MustDeclare(flags, "app-id", &f.appID)
	config.MustDeclare(flags, "page-token", &f.pageToken)
	flags.StringVar(&f.policy, "policy", "messenger", "how failed deliveries are tried again: a `NAME` of messenger, graph, whatsapp and once")
	flags.StringVar(&f.clock, "clock", clockReal, "the `CLOCK` on which they are: real, or virtual, which moves when it is told to")
	flags.StringVar(&f.graph, "graph", graphStrict, "what the Graph API does with a call that Meta is known to refuse, `HOW`: strict refuses it, lenient takes it and notes in the console what Meta would say")
	flags.Int64Var(&f.chaos, "chaos", 0, "let a realistic mix of things go wrong, which this `SEED` decides; default: nothing goes wrong by itself")
	config.MustDeclare(flags, "seed", &f.seed)
	config.MustDeclare(flags, "ack-deadline", &f.ackDeadline)
	catalogueFlag(flags, &f.folder)
	fileFlag(flags)
	mustComplete(cmd, "policy", policyNames)
	mustComplete(cmd, "graph", func() []string { return []string{graphStrict, graphLenient} })
	mustComplete(cmd, "clock", func() []string { return []string{clockReal, clockVirtual} })
	return cmd
}

func policyNames() []string { return []string{"messenger", "graph", "whatsapp", "once"} }

// platformOptions are the options of the platform that the flags ask for.
func (f *serveFlags) platformOptions() (mockplatform.Options, error) {
	o := f.options()
	policy, ok := delivery.PolicyByName(f.policy)
	if !ok {
		return o, fmt.Errorf("--policy is %q; it has to be one of %s", f.policy, strings.Join(policyNames(), ", "))
	}
	o.Policy = &policy
	o.Hosts = slices.Concat(o.Hosts, sut.PlatformHosts())
	o.Consequences = true
	switch f.clock {
	case clockReal:
	case clockVirtual:
		o.Clock = clock.NewVirtual(time.Now())
	default:
		return o, fmt.Errorf("--clock is %q; it has to be real or virtual", f.clock)
	}
	switch f.graph {
	case graphStrict, graphLenient:
		o.StrictGraph = f.graph == graphStrict
	default:
		return o, fmt.Errorf("--graph is %q; it has to be strict or lenient", f.graph)
	}
	return o, f.check()
}

func (f *serveFlags) serve(ctx context.Context, h *Host) (err error) {
	o, err := f.platformOptions()
	if err != nil {
		return err
	}
	if o.Catalogue, err = h.catalogue(f.folder, ""); err != nil {
		return err
	}
	o.Logger = slog.New(slog.NewTextHandler(h.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	bot, err := f.bot(&o)
	if err != nil {
		return err
	}
	state, err := f.readState()
	if err != nil {
		return err
	}
	if f.consoleToken == "" && !isLoopback(f.consoleAddr) {
		f.consoleToken = rand.Text()
	}
	page := console.Options{
		Addr: f.consoleAddr, Token: f.consoleToken, Hosts: f.consoleHosts, Version: programVersion(), Logger: o.Logger,
		Site: f.site(h, o.Catalogue),
	}
	// Before a file is opened, which would be left behind.
	if err := errors.Join(o.Check(), page.Check()); err != nil {
		return err
	}
	if f.data != "" {
		db, err := store.Open(f.data)
		if err != nil {
			return trouble(err)
		}
		defer func() { err = errors.Join(err, trouble(db.Close())) }()
		o.Store, o.JournalStore = db, db.Journal()
	}
	f.warnOfVersion(h, today(o))
	if page.Faults, err = f.rules(h, o); err != nil {
		return err
	}
	o.Rules = page.Faults
	platform, err := mockplatform.New(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, trouble(platform.Close())) }()
	var desk *console.Server
	page.Platform = platform
	page.Record = func(who mockplatform.Person, exchanges []journal.Exchange) (string, error) {
		return expectfile.Record(o.Catalogue, who, exchanges)
	}
	page.OnReset = func(context.Context) error { return errors.Join(f.importState(desk, state), f.setReceiver(platform)) }
	if desk, err = console.New(page); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, trouble(desk.Close())) }()
	if err := f.importState(desk, state); err != nil {
		return err
	}
	return f.play(ctx, h, platform, desk, bot)
}

// play has platform and console serve until ctx ends, or the bot does. bot may be nil.
func (f *serveFlags) play(ctx context.Context, h *Host, platform *mockplatform.Platform, desk *console.Server, bot sut.Receiver) (err error) {
	if err := platform.Start(ctx); err != nil {
		return trouble(err)
	}
	before := platform.Receiver().URL
	var running *beside
	over := ctx.Done()
	if bot != nil {
		running, err = f.start(ctx, h, bot, platform)
		switch {
		case err != nil && ctx.Err() != nil:
			return trouble(f.stopped(h)) // whoever stopped it knows why there is no bot
		case err != nil:
			return err
		}
		defer func() { err = errors.Join(err, trouble(running.stop())) }()
		over = running.Exited() // which it has when ctx ends, too
	}
	if err := desk.Start(ctx); err != nil {
		return trouble(err)
	}
	// What the file of --data knows of the receiver is worth more than its URL, and so is
	// what a bot subscribed to by itself while it started.
	now := platform.Receiver()
	known := f.url == "" || now.Verified && now.URL == f.url || bot != nil && now.URL != before
	if !known {
		if err := f.setReceiver(platform); err != nil {
			return trouble(err)
		}
	}
	if f.addrFile != "" {
		where := addresses{
			Platform: platform.GraphURL(), Console: strings.TrimSuffix(desk.URL(), "/"),
			AppID: platform.Options().AppID, PageID: platform.Options().PageID,
		}
		if err := where.write(f.addrFile); err != nil {
			return trouble(err)
		}
		defer func() { err = errors.Join(err, trouble(os.Remove(f.addrFile))) }()
	}
	if err := f.welcome(h.Stdout, platform, desk); err != nil {
		return trouble(err)
	}
	var work sync.WaitGroup
	defer work.Wait()
	working, done := context.WithCancel(ctx)
	defer done()
	switch {
	case !known:
		work.Go(func() { f.verify(working, h, platform, f.url) })
	case f.handshake != "":
		work.Go(func() { f.verify(working, h, platform, f.handshake) })
	}
	work.Go(func() { tellFates(working, h.Stdout, platform) })
	<-over
	if ctx.Err() == nil {
		return running.died()
	}
	return trouble(f.stopped(h))
}

// stopped says that the platform was.
func (f *serveFlags) stopped(h *Host) error {
	_, err := fmt.Fprintln(h.Stdout, "\nThe platform was stopped.")
	return err
}

// rules are what goes wrong on purpose: nothing, or with --chaos a mix, and what
// the file of --data has.
func (f *serveFlags) rules(h *Host, o mockplatform.Options) (*rules.Set, error) {
	var mix []rules.Rule
	if f.chaotic {
		mix = rules.Chaos(f.chaos)
	}
	options := rules.Options{
		Seed: o.Seed, PageID: cmp.Or(o.PageID, mockplatform.DefaultPageID), Catalogue: o.Catalogue, Rules: mix,
		Warn: func(problem string) { h.warn("%s", problem) },
	}
	if o.Store != nil {
		options.Store = o.Store
	}
	return rules.New(options)
}

// welcome says where everything is, and what to do next.
func (f *serveFlags) welcome(w io.Writer, platform *mockplatform.Platform, desk *console.Server) error {
	link := desk.URL()
	if f.consoleToken != "" {
		link += "?token=" + url.QueryEscape(f.consoleToken)
	}
	at := cmp.Or(f.url, platform.Receiver().URL) // that of --data or --state
	next := "Name the bot's webhook on the page Setup; then write, press and click in the console."
	switch {
	case f.command != "":
		next = "Write, press and click in the console: the webhooks go to the bot, at " + at + "."
	case at != "":
		next = "Write, press and click in the console: the webhooks go to " + at + "."
	}
	_, err := fmt.Fprintf(w, `Referee plays Meta.

   Console: %s
  Platform: %s
       App: %s
      Page: %s

Let the bot call the Graph API at the platform's address: %s/%s/me/messages.
%s
Ctrl-C ends it.
`, link, platform.GraphURL(), platform.Options().AppID, platform.Options().PageID, platform.GraphURL(), platform.Options().GraphVersion, report.Clean(next))
	return err
}
