package graph

import (
	"context"
	"log/slog"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/schemas"
)

// Options configure a Server. Journal is required. The functions are called from
// the goroutine of the call that they are about, several at a time.
type Options struct {
	// PageID is the page that "me" stands for.
	PageID string
	// InstagramID is the account on Instagram that belongs to the page, and stands for it
	// in paths. Default: none.
	InstagramID string
	// PageToken is the access token that the edges of the page and of people
	// take.
	PageToken string
	// AppID is the app that the receiver speaks for: subscribed_apps lists it,
	// and it owns every thread until the receiver passes one on.
	AppID string
	// AppSecret is the key of the appsecret_proof, and half of the access token
	// that the edges of the app take: APP_ID|APP_SECRET. Default: none, then those
	// edges take no token, and proofs are not looked at.
	AppSecret string
	// RequireProof refuses calls with the page's token that have no
	// appsecret_proof, as an app can ask Meta to do. Default: they are taken; a
	// wrong proof is refused in any case.
	RequireProof bool
	// Strict refuses calls that break a rule of refusals.json, as Meta does. Default:
	// they are taken if something can come of them, and the journal's Warnings say what
	// Meta would have said.
	Strict bool
	// Known says whether an id is that of a person; that of somebody else is an
	// object that does not exist. Default: every number is, that is nothing else.
	Known func(id string) bool
	// Named is the name that the person of an id was given; empty for one whose name is
	// made up. Default: all are.
	Named func(id string) string
	// Contact says when a person last did what lets the page write for 24 hours, zero for
	// never; ok is false where nobody can tell, and then there is no window. Default:
	// nobody can.
	Contact func(id string) (at time.Time, ok bool)
	// Seed determines the profiles of people, and, together with the order of
	// the calls, the ids of messages, attachments and traces.
	Seed int64
	// Journal takes every call.
	Journal *journal.Journal
	// Clock tells when a call arrived. Default time.Now.
	Clock func() time.Time
	// Version is what a call without a version in its path is answered with. Which
	// one Meta takes then is not documented. Default: the newest that is known.
	Version string
	// Day, "2006-01-02", is the one on which it is looked at which versions have
	// ended. Default: that of Clock.
	Day string
	// Logger gets a line for each call, without tokens, at the level debug.
	// Default: none.
	Logger *slog.Logger
	// Subscribe verifies the callback URL of a subscription, and makes deliveries
	// go there. A *delivery.CallbackError is answered with its code and text, any
	// other error as Meta's for an unexpected one, with status 500. Its context
	// ends when the client of the call goes away. Default: every URL is taken
	// without a handshake.
	Subscribe func(context.Context, Subscription) error
	// Unsubscribe ends deliveries of these fields of an object; of all its fields
	// if there are none, and of all objects if the object is empty. Errors are
	// answered as those of Subscribe. Default: it is only remembered.
	Unsubscribe func(ctx context.Context, object string, fields []string) error
	// Sample sends the dashboard's sample of a field. It returns as soon as the
	// sample is on its way; an error says why there is none, and is answered as
	// an invalid parameter. Default: the edge is not played.
	Sample func(context.Context, Sample) error
	// Answer is asked what a call is answered on purpose, for which nothing is
	// scripted; false for as ever. x is the call as it arrived, not to be changed:
	// its Person, Kind and Edge say what it is about. Receipts are never its
	// concern. It must not wait: that is what the answer's Delay is for. Default:
	// nothing is.
	Answer func(x journal.Exchange) (a fault.GraphAnswer, ok bool)
	// OnInstagram says whose thread is on Instagram. Default: nobody's.
	OnInstagram func(person string) bool
	// Blocked says who has blocked the page. Default: nobody.
	Blocked func(person string) bool
	// Holder is the id of who gave a token with an opt-in, one for one message or for
	// marketing messages; empty for a token that nobody gave. Default: nobody is known.
	Holder func(token string) string
	// Redeem uses such a token for a message. An error says why it cannot be used.
	// Default: every token can be.
	Redeem func(token string) error
	// Unacknowledged is told the numbers of events of a load that were not acknowledged, by
	// those who send it. An error refuses them all. Default: nobody counts, and the path
	// is not there.
	Unacknowledged func(events []uint64) error
	// Effect is told of each thing that calls bring about and webhooks tell of, after
	// the answer was sent. Default: nobody is told.
	Effect func(Effect)
	// Changed is called after each change of what State returns, which it may
	// call. Calls can overlap: to store the newest state last, hold a lock from
	// reading it to storing it. Default: none.
	Changed func()
	// Files keeps the files that receivers upload and people send. Default: the memory
	// of this server.
	Files FileStore
	// Stored says why not all that clients were told is kept; then calls are answered
	// 507. Default: what the journal says.
	Stored func() error
}

func (o Options) complete() Options {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Version == "" {
		newest, _ := schemas.NewestGraphVersion("")
		o.Version = newest.Name
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Stored == nil {
		o.Stored = o.Journal.Save
	}
	return o
}
