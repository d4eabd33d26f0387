package command

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
	"github.com/seed-11445fa1/referee/mockplatform/store"
	"github.com/seed-11445fa1/referee/runner/config"
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
	url, consoleAddr, consoleToken string
	consoleHosts                   []string
	policy, clock, graph           string
	data, addrFile                 string
	folder                         string // of --catalogue
	chaos                          int64
	chaotic                        bool // --chaos was given
}

func newServe(h *Host) *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Play Meta on this machine, with a console in the browser",
		Long: `Play Meta until Ctrl-C: deliver what people do to a bot, answer its Graph API
calls, keep a journal of both. The console in the browser has the conversations,
the catalogue of events and every exchange; its control API is for programs.`,
		Example: `  referee serve
  referee serve --url http://localhost:3000/webhook \
      --platform-addr 127.0.0.1:7070
  referee serve --data referee.db
  referee serve --clock virtual --policy graph --addr-file addresses.json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.chaotic = cmd.Flags().Changed("chaos")
			return f.serve(cmd.Context(), h)
		},
	}
	flags := cmd.Flags()
	config.MustDeclare(flags, "url", &f.url)
	config.MustDeclare(flags, "platform-addr", &f.addr)
	config.MustDeclare(flags, "platform-host", &f.hosts)
	flags.StringVar(&f.consoleAddr, "console-addr", "127.0.0.1:0", "the `HOST:PORT` of the console; port 0 is any free one")
	flags.StringVar(&f.consoleToken, "console-token", "", "the `TOKEN` that the console asks for; on an address that is not this machine's alone, default: one that is printed")
	flags.StringSliceVar(&f.consoleHosts, "console-host", nil, "a further `NAME` under which the console may be called")
	flags.StringVar(&f.data, "data", "", "keep journal, people, pending deliveries and rules in this `FILE` over a restart; default: nothing is kept")
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
	if f.url != "" {
		if err := delivery.CheckURL(f.url); err != nil {
			return fmt.Errorf("--url %s: %w", f.url, err)
		}
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
	faults, err := f.rules(h, o)
	if err != nil {
		return err
	}
	o.Rules = faults
	platform, err := mockplatform.New(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, trouble(platform.Close())) }()
	if f.consoleToken == "" && !isLoopback(f.consoleAddr) {
		f.consoleToken = rand.Text()
	}
	desk, err := console.New(console.Options{
		Platform: platform, Addr: f.consoleAddr, Token: f.consoleToken, Hosts: f.consoleHosts, Faults: faults, Version: programVersion(),
		OnReset: func(context.Context) error { return f.setReceiver(platform) },
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, trouble(desk.Close())) }()
	if err := platform.Start(ctx); err != nil {
		return trouble(err)
	}
	if err := desk.Start(ctx); err != nil {
		return trouble(err)
	}
	// What the file of --data knows of the receiver is worth more than its URL.
	known := f.url == "" || platform.Receiver().Verified && platform.Receiver().URL == f.url
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
	if !known {
		work.Go(func() { f.verify(ctx, h, platform) })
	}
	work.Go(func() { tellFates(ctx, h.Stdout, platform) })
	<-ctx.Done()
	_, err = fmt.Fprintln(h.Stdout, "\nThe platform was stopped.")
	return trouble(err)
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

// setReceiver makes the receiver the one that the flags name. It need not run
// yet: a bot has to know where the platform is before it starts.
func (f *serveFlags) setReceiver(platform *mockplatform.Platform) error {
	if f.url == "" {
		return nil
	}
	return platform.SetReceiver(f.url)
}

// verify makes the handshake with the receiver, and says how it went.
func (f *serveFlags) verify(ctx context.Context, h *Host, platform *mockplatform.Platform) {
	text := fmt.Sprintf("%s answered the handshake.\n", f.url)
	if err := platform.Subscribe(ctx, mockplatform.Subscription{URL: f.url}); err != nil {
		if ctx.Err() != nil {
			return
		}
		text = fmt.Sprintf("No handshake yet: %v.\nDeliveries go there all the same; the page Setup verifies it again.\n", err)
	}
	// When nobody reads the output any more, there is nobody to tell.
	_, _ = io.WriteString(h.Stdout, report.Clean(text))
}

// welcome says where everything is, and what to do next.
func (f *serveFlags) welcome(w io.Writer, platform *mockplatform.Platform, desk *console.Server) error {
	link := desk.URL()
	if f.consoleToken != "" {
		link += "?token=" + url.QueryEscape(f.consoleToken)
	}
	next := "Name the bot's webhook on the page Setup; then write, press and click in the console."
	if f.url != "" {
		next = "Write, press and click in the console: the webhooks go to " + f.url + "."
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

// isLoopback reports whether an address is this machine's isLoopback. One that cannot be
// read is for the console to refuse.
func isLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	ip, notIP := netip.ParseAddr(host)
	return err != nil || host == "localhost" || notIP == nil && ip.IsLoopback()
}

// addresses are what --addr-file has: where platform and console are, and which app
// and page the platform plays.
type addresses struct {
	Platform string `json:"platform"`
	Console  string `json:"console"`
	AppID    string `json:"app_id"`
	PageID   string `json:"page_id"`
}

// write writes a file in one go, so that nobody reads half of it.
func (a addresses) write(name string) error {
	text, err := json.Marshal(a)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return fmt.Errorf("write the addresses to %s: %w; name a file in a folder that is there and can be written", name, err)
	}
	_, err = file.Write(append(text, '\n'))
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("write the addresses to %s: %w", name, errors.Join(err, os.Remove(file.Name())))
	}
	return nil
}
