package mockplatform

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/authority"
	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/internal/origin"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/schemas"
)

// What the platform and a receiver agree about when nobody says otherwise. The
// defaults are public, and no secret at all.
const (
	DefaultAppSecret   = "referee-app-secret"
	DefaultVerifyToken = "referee-verify-token"
	DefaultPageToken   = "referee-page-token"
	DefaultPageID      = "104508901353867"
	DefaultAppID       = "498721317747541"
)

// Options configure a Platform. The zero value is ready for use.
type Options struct {
	// Addr is the host:port on which the receiver reaches the platform. Default
	// "127.0.0.1:0": any free port, this machine only. On any other but a loopback one
	// AppSecret, VerifyToken and PageToken have to be given, and be no defaults.
	Addr string
	// Hosts are further names under which the receiver may call the platform, without
	// a port: Meta's own, where something leads them here, or those by which a
	// container knows this machine. Calls by other names are refused, because a page
	// in a browser can let a name of its own lead here. Default: localhost, loopback
	// addresses, and the host in Addr; any address, if Addr is not a loopback one.
	Hosts []string
	// AppSecret is the key of the signatures. Default DefaultAppSecret.
	AppSecret string
	// InstagramSecret is the key of the signatures of deliveries that are about an
	// account on Instagram, of an app that has one of its own for Instagram Login.
	// Default: AppSecret.
	InstagramSecret string
	// VerifyToken is what a verification request proves itself with. Default
	// DefaultVerifyToken.
	VerifyToken string
	// PageID is the page that everybody writes to, a decimal number. Default
	// DefaultPageID.
	PageID string
	// PageToken is the access token that Graph API calls must carry. Default
	// DefaultPageToken.
	PageToken string
	// AppID is the app that the webhook belongs to, a decimal number. Default
	// DefaultAppID.
	AppID string
	// Catalogue is what can be emitted, and what payloads are held to; package overlay
	// makes one with variants of a team's own. Default schemas.Everything().
	Catalogue *schemas.Catalogue
	// StrictGraph lets the Graph API refuse what Meta is known to refuse for what is in
	// a call: unknown members, titles that are too long, tags that ended; the journal
	// says which rule it was. Default: such calls are taken with a warning, as a run
	// needs it, in which the reply and not its refusal is judged.
	StrictGraph bool
	// Consequences lets happen what follows at Meta by itself. Who is subscribed to them
	// is told of messages that it sent: echo, delivery and read, in this order. A thread
	// that was passed on has its events in standby, and who takes it is told so. Tokens
	// of opt-ins reach who gave them, once or until they are stopped. A bot that answers
	// its own echoes is stopped after 20 rounds. Default: only what is emitted happens.
	Consequences bool
	// Known, if set, says whether an id is that of a person besides those whom the platform
	// or a delivery names, such as those of a load, which the journal does not have.
	Known func(id string) bool
	// GraphVersion is the version of the Graph API that deliveries carry in the
	// header Facebook-API-Version, "v23.0", where the subscription does not say
	// another one for the field; and that of calls without one. One that is newer than
	// all that are known is taken as it is. Default: the newest that is known of Day.
	GraphVersion string
	// Day, "2006-01-02", is the day whose headers deliveries have, and on which it
	// is looked at which versions of the Graph API have ended. Default: headers are
	// today's, versions end by Clock.
	Day string
	// Seed determines all ids and texts: the same seed and the same clock give
	// the same bytes. Default 0, a seed like any other.
	Seed int64
	// Clock tells the time of events and of what is recorded, and when failed
	// deliveries are tried again; the deadline of an attempt is measured on the
	// real clock all the same. Default clock.Real(); see clock.NewVirtual.
	Clock clock.Clock
	// Logger gets a line for each exchange, at the level debug and without
	// secrets. Default: none.
	Logger *slog.Logger
	// JournalLimit is how many exchanges the journal keeps; then it drops the
	// oldest. Default 10000.
	JournalLimit int
	// Timeout is the deadline of a delivery, from the start of the connection to
	// the end of the answer. Default 5 s, Messenger's own.
	Timeout time.Duration
	// Policy says how long an emission is tried again and what becomes of the
	// subscription of a receiver that goes on failing. Default
	// delivery.Messenger().
	Policy *delivery.Policy
	// MaxBatch is how many events that wait for their first attempt are put into
	// one delivery, at most event.MaxPerDelivery. Default 1, which is all that was seen of
	// Messenger.
	MaxBatch int
	// Store keeps people, pending deliveries and the subscription over a restart;
	// package store has one. Default: the memory of this platform.
	Store Store
	// JournalStore keeps the exchanges of the journal over a restart. Default: the
	// memory of this platform.
	JournalStore journal.Store
	// Unacknowledged takes the numbers of events that other machines, which send a load, say
	// were not acknowledged. An error refuses them all. Default: nobody is asked.
	Unacknowledged func(events []uint64) error
	// Rules spoil emissions and Graph API answers on purpose; package rules has a
	// set of them. Default: nothing is spoilt.
	Rules fault.Rules
	// TLS is for deliveries to https URLs: trusted roots, the receiver's name.
	// Default: the system's roots, the host of the URL.
	TLS *tls.Config
	// ClientCA issues the client certificate that the platform shows in the place
	// of Meta's to receivers that ask for one (mTLS), on deliveries and on
	// verification requests. Default: none is shown that TLS does not have.
	ClientCA *authority.Authority
	// Dial opens the connections to the receiver, and Listen the listener that the
	// receiver calls back, whose address has to be a TCP one. With both of its own a
	// test runs without a network, and with testing/synctest without waiting: deadlines
	// and retries pass in a moment. Default: TCP.
	Dial   delivery.Dial
	Listen Listen
}

// Listen opens a listener, as net.ListenConfig.Listen does.
type Listen func(ctx context.Context, network, address string) (net.Listener, error)

// Secrets are what no log, journal and report may have: the app secrets, the verify
// token and the page token.
func (o Options) Secrets() []string {
	all := []string{o.AppSecret, o.InstagramSecret, o.VerifyToken, o.PageToken}
	return slices.DeleteFunc(all, func(secret string) bool { return secret == "" })
}

// Keys are what deliveries are signed with.
func (o Options) Keys() wire.Secrets {
	return wire.Secrets{App: o.AppSecret, Instagram: o.InstagramSecret}
}

// InstagramID is the account on Instagram that belongs to the page.
func (o Options) InstagramID() string { return event.InstagramID(o.PageID) }

// Check says which options New would refuse, for who has to know it before.
func (o Options) Check() error {
	_, err := o.complete()
	return err
}

// complete fills in the defaults and checks the rest.
func (o Options) complete() (Options, error) {
	for _, text := range []struct {
		value    *string
		fallback string
	}{
		{&o.Addr, "127.0.0.1:0"}, {&o.AppSecret, DefaultAppSecret}, {&o.VerifyToken, DefaultVerifyToken},
		{&o.PageID, DefaultPageID}, {&o.PageToken, DefaultPageToken}, {&o.AppID, DefaultAppID},
	} {
		if *text.value == "" {
			*text.value = text.fallback
		}
	}
	if o.Catalogue == nil {
		o.Catalogue = schemas.Everything()
	}
	o.InstagramSecret = cmp.Or(o.InstagramSecret, o.AppSecret)
	if newest, ok := schemas.NewestGraphVersion(o.Day); ok && o.GraphVersion == "" && wire.HasVersion(o.Day) {
		o.GraphVersion = newest.Name
	}
	if o.Clock == nil {
		o.Clock = clock.Real()
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.JournalLimit == 0 {
		o.JournalLimit = 10000
	}
	if o.Policy == nil {
		messenger := delivery.Messenger()
		o.Policy = &messenger
	}
	if o.MaxBatch == 0 {
		o.MaxBatch = 1
	}
	if o.Timeout == 0 {
		o.Timeout = 5 * time.Second
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{}).DialContext
	}
	if o.Listen == nil {
		o.Listen = (&net.ListenConfig{}).Listen
	}
	if err := o.check(); err != nil {
		return o, err
	}
	if o.ClientCA == nil {
		return o, nil
	}
	var err error
	o.TLS, err = o.ClientCA.ShowMeta(o.TLS)
	return o, err
}

func (o Options) check() error {
	var problems []error
	wrong := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if host, _, err := net.SplitHostPort(o.Addr); err != nil {
		wrong("the address %q of the platform is not host:port, such as 127.0.0.1:8080", o.Addr)
	} else if known := o.knownSecrets(); !origin.Loopback(host) && len(known) > 0 {
		wrong("the platform would listen on %s for others than this machine, with what everybody knows: set %s to something of your own, or let it listen on an address such as 127.0.0.1:8080", o.Addr, strings.Join(known, ", "))
	}
	if !isID(o.PageID) {
		wrong("the page id %q is not a decimal number such as %s", o.PageID, DefaultPageID)
	}
	if !isID(o.AppID) {
		wrong("the app id %q is not a decimal number such as %s", o.AppID, DefaultAppID)
	}
	if o.GraphVersion != "" {
		if _, _, err := schemas.GraphVersionNamed(o.GraphVersion); err != nil {
			problems = append(problems, err)
		}
	}
	if _, err := time.Parse(time.DateOnly, o.Day); o.Day != "" && err != nil {
		wrong("the day %q is not one such as 2026-01-02", o.Day)
	} else if o.GraphVersion != "" && !wire.HasVersion(o.Day) {
		wrong("deliveries of %s have no version of the Graph API, and so not %s: webhooks have versions since 4 March 2020", o.Day, o.GraphVersion)
	}
	if o.JournalLimit < 0 {
		wrong("the journal cannot keep %d exchanges", o.JournalLimit)
	}
	if o.MaxBatch < 0 || o.MaxBatch > event.MaxPerDelivery {
		wrong("a delivery cannot have up to %d events: 1 to %d can be", o.MaxBatch, event.MaxPerDelivery)
	}
	if err := o.Policy.Check(); err != nil {
		problems = append(problems, err)
	}
	if o.Timeout < 0 {
		wrong("the deadline %s of deliveries is negative", o.Timeout)
	}
	return errors.Join(problems...)
}

// knownSecrets are the secrets that are the defaults, named as their flags are. With
// them whoever reaches the platform could make its receiver another one, and speak for
// Meta to a receiver that has them too.
func (o Options) knownSecrets() (known []string) {
	if o.AppSecret == DefaultAppSecret {
		known = append(known, "the app secret (--app-secret)")
	}
	if o.VerifyToken == DefaultVerifyToken {
		known = append(known, "the verify token (--verify-token)")
	}
	if o.PageToken == DefaultPageToken {
		known = append(known, "the page token (--page-token)")
	}
	return known
}

// isID reports whether text is a Graph API id of a page or an app: a positive
// decimal number of at most 64 bits.
func isID(text string) bool {
	n, err := strconv.ParseInt(text, 10, 64)
	return err == nil && n > 0 && strconv.FormatInt(n, 10) == text
}
