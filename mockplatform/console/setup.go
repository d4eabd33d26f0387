package console

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/console/conversation"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
)

// Setup is how the platform is set up.
type Setup struct {
	Version      string   `json:"version" doc:"Of Referee"`
	GraphURL     string   `json:"graph_url" doc:"Where the receiver calls the Graph API"`
	ReceiptsURL  string   `json:"receipts_url" doc:"Where it can post what it understood"`
	AppID        string   `json:"app_id"`
	PageID       string   `json:"page_id"`
	GraphVersion string   `json:"graph_version,omitempty" doc:"The version of the Graph API that deliveries carry in Facebook-API-Version"`
	Defaults     Defaults `json:"defaults" doc:"Secrets that are the public default ones; others are not told"`
	Policy       Policy   `json:"policy"`
	Receiver     Receiver `json:"receiver"`
	Features     Features `json:"features" doc:"What the receiver was seen to do"`
	Clock        Clock    `json:"clock"`
	Journal      Journal  `json:"journal"`
	Site         string   `json:"site,omitempty" doc:"Where the pages about variants and requirements are, if this console has them"`
}

// Defaults are the secrets that everybody may know, because nobody chose others.
type Defaults struct {
	AppSecret   string `json:"app_secret,omitempty"`
	VerifyToken string `json:"verify_token,omitempty"`
	PageToken   string `json:"page_token,omitempty"`
}

// Policy says how failed deliveries are tried again.
type Policy struct {
	Name         string   `json:"name"`
	Intervals    []string `json:"intervals" doc:"The waits between attempts; the last is repeated"`
	AlertAfter   string   `json:"alert_after,omitempty"`
	DisableAfter string   `json:"disable_after,omitempty"`
	GiveUpAfter  string   `json:"give_up_after,omitempty"`
}

// Receiver is who gets the webhooks, and how it is doing.
type Receiver struct {
	URL           string                    `json:"url,omitempty" doc:"Empty when nobody has subscribed"`
	Subscriptions []mockplatform.Subscribed `json:"subscriptions" doc:"What is delivered; empty means everything"`
	Verified      bool                      `json:"verified" doc:"Whether the URL answered the handshake"`
	Handshake     *Handshake                `json:"handshake,omitempty" doc:"The last handshake, with this URL or another one, as far as the journal goes back"`
	State         string                    `json:"state" enum:"none,active,failing,alert,disabled" doc:"failing: the last attempt was not acknowledged, and not enough time has passed for an alert"`
	FailingSince  time.Time                 `json:"failing_since,omitzero"`
	Problem       string                    `json:"problem,omitempty" doc:"How the last attempt failed"`
	Pending       int                       `json:"pending" doc:"Deliveries that wait for an attempt"`
}

// Handshake is how a callback URL was verified.
type Handshake struct {
	Exchange uint64    `json:"exchange" doc:"The number of its last request, the newest one of several redirects"`
	At       time.Time `json:"at"`
	URL      string    `json:"url" doc:"Without the parameters of the handshake"`
	Accepted bool      `json:"accepted"`
	Problem  string    `json:"problem,omitempty" doc:"Why it was refused"`
}

// Features are what a receiver was seen to do, as far as the journal goes back.
type Features struct {
	Acknowledges bool `json:"acknowledges" doc:"It answered a delivery with 2xx"`
	Replies      bool `json:"replies" doc:"It sent a message"`
	Receipts     bool `json:"receipts" doc:"It posted a receipt"`
	Profile      bool `json:"profile" doc:"It set something of the Messenger profile"`
}

// Clock is the platform's clock.
type Clock struct {
	Now     time.Time `json:"now"`
	Virtual bool      `json:"virtual" doc:"Whether it moves only when it is told to"`
}

// Journal is how the journal is doing.
type Journal struct {
	Newest  uint64 `json:"newest" doc:"The number of the last exchange"`
	Dropped uint64 `json:"dropped" doc:"How many it dropped because it was full"`
	Error   string `json:"error,omitempty" doc:"Why not all that was told is on the disk; until it is, nothing is sent"`
}

// NewReceiver is who is to get the webhooks.
type NewReceiver struct {
	URL         string            `json:"url" minLength:"1" doc:"The callback URL"`
	Handshake   *bool             `json:"handshake,omitempty" doc:"Whether it has to answer the verification first; default: true"`
	Object      string            `json:"object,omitempty" doc:"What the subscription is about; default: page"`
	VerifyToken string            `json:"verify_token,omitempty" doc:"What the verification carries; default: the platform's"`
	Fields      []string          `json:"fields,omitempty" doc:"The webhook fields that are delivered; default: all"`
	Versions    map[string]string `json:"versions,omitempty" doc:"The version of the Graph API for a field, by its name, as in {\"messages\": \"v23.0\"}; default: graph_version of the setup"`
}

type (
	setupOutput    struct{ Body Setup }
	receiverOutput struct{ Body Receiver }
	clockOutput    struct{ Body Clock }
	profileOutput  struct {
		Body struct {
			Profile    conversation.Profile       `json:"profile" doc:"As a thread shows it"`
			Properties map[string]json.RawMessage `json:"properties" doc:"As the bot set it"`
			Texts      map[string]string          `json:"texts" doc:"The properties as text, laid out to be read, with all digits of numbers"`
		}
	}
)

func (s *Server) registerSetup() {
	operation := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: apiPrefix + path, Summary: summary, Tags: []string{"setup"}}
	}
	huma.Register(s.api, operation("get-setup", http.MethodGet, "setup", "How platform and receiver are set up"),
		func(context.Context, *struct{}) (*setupOutput, error) { return &setupOutput{s.setup()}, nil })
	huma.Register(s.api, operation("set-receiver", http.MethodPut, "receiver", "Verify a callback URL and deliver there; that ends a disabled subscription too"),
		func(ctx context.Context, in *struct{ Body NewReceiver }) (*receiverOutput, error) {
			if err := s.subscribe(ctx, in.Body); err != nil {
				return nil, err
			}
			return &receiverOutput{s.receiver()}, nil
		})
	huma.Register(s.api, operation("remove-receiver", http.MethodDelete, "receiver", "Deliver nothing any more"),
		func(context.Context, *struct{}) (*receiverOutput, error) {
			if err := s.platform.Unsubscribe(); err != nil {
				return nil, failed(err, http.StatusInternalServerError)
			}
			return &receiverOutput{s.receiver()}, nil
		})
	huma.Register(s.api, operation("get-profile", http.MethodGet, "profile", "What the bot set of the Messenger profile"),
		func(context.Context, *struct{}) (*profileOutput, error) {
			out := &profileOutput{}
			out.Body.Profile, out.Body.Properties = s.profile(), map[string]json.RawMessage{}
			maps.Copy(out.Body.Properties, s.platform.Profile())
			out.Body.Texts = map[string]string{}
			for name, value := range out.Body.Properties {
				out.Body.Texts[name] = laidOut(value)
			}
			return out, nil
		})
	huma.Register(s.api, operation("get-clock", http.MethodGet, "clock", "The platform's clock"),
		func(context.Context, *struct{}) (*clockOutput, error) { return &clockOutput{s.clock()}, nil })
	huma.Register(s.api, operation("advance-clock", http.MethodPost, "clock/advance", "Move a virtual clock; answers when what became due on the way is over"),
		s.advance)
	reset := operation("reset", http.MethodPost, "reset", "Forget people, journal, pending deliveries, rules and what the bot set")
	reset.DefaultStatus = http.StatusNoContent
	huma.Register(s.api, reset, func(ctx context.Context, _ *struct{}) (*struct{}, error) {
		if err := s.platform.Reset(); err != nil {
			return nil, failed(err, http.StatusInternalServerError)
		}
		if s.opts.OnReset != nil {
			if err := s.opts.OnReset(ctx); err != nil {
				return nil, huma.Error500InternalServerError("everything was forgotten, but then: " + err.Error())
			}
		}
		return nil, nil
	})
}

func (s *Server) setup() Setup {
	o := s.platform.Options()
	setup := Setup{
		Version: s.opts.Version, GraphURL: s.platform.GraphURL(), ReceiptsURL: s.platform.ReceiptsURL(), AppID: o.AppID, PageID: o.PageID, GraphVersion: o.GraphVersion,
		Policy: policyView(*o.Policy), Receiver: s.receiver(), Clock: s.clock(), Features: s.features(),
		Journal: Journal{Newest: s.newest(), Dropped: s.platform.Journal().Dropped()},
	}
	for _, secret := range []struct {
		to            *string
		value, public string
	}{
		{&setup.Defaults.AppSecret, o.AppSecret, mockplatform.DefaultAppSecret},
		{&setup.Defaults.VerifyToken, o.VerifyToken, mockplatform.DefaultVerifyToken},
		{&setup.Defaults.PageToken, o.PageToken, mockplatform.DefaultPageToken},
	} {
		if secret.value == secret.public {
			*secret.to = secret.value
		}
	}
	if s.opts.Site != nil {
		setup.Site = sitePath
	}
	if err := s.platform.Stored(); err != nil {
		setup.Journal.Error = after(err, mockplatform.ErrNotStored)
	}
	return setup
}

func (s *Server) receiver() Receiver {
	r := s.platform.Receiver()
	view := Receiver{
		URL: r.URL, Subscriptions: r.Subscriptions(), Verified: r.Verified, State: string(r.Health),
		FailingSince: r.FailingSince, Problem: r.Problem, Pending: r.Pending,
	}
	if r.URL == "" {
		view.State = "none"
	} else if r.Health == outbox.Active && !r.FailingSince.IsZero() {
		view.State = "failing"
	}
	view.Handshake = s.handshake()
	return view
}

// features looks for one exchange that shows each.
func (s *Server) features() Features {
	is := func(match func(journal.Exchange) bool) bool {
		page, _ := s.platform.Journal().Page(journal.Query{Match: match, Limit: 1})
		return len(page) > 0
	}
	taken := func(x journal.Exchange) bool { return x.Response.Status/100 == 2 }
	return Features{
		Acknowledges: is(func(x journal.Exchange) bool { return x.Kind == journal.Delivery && taken(x) }),
		Replies:      is(func(x journal.Exchange) bool { return x.Kind == journal.Send && taken(x) }),
		Receipts:     is(func(x journal.Exchange) bool { return x.Kind == journal.Receipt && taken(x) }),
		Profile:      len(s.platform.Profile()) > 0,
	}
}

func (s *Server) clock() Clock {
	_, virtual := s.platform.Options().Clock.(*clock.Virtual)
	return Clock{Now: s.platform.Now(), Virtual: virtual}
}

func policyView(p delivery.Policy) Policy {
	view := Policy{Name: p.Name, Intervals: []string{}}
	for _, d := range p.Intervals {
		view.Intervals = append(view.Intervals, d.String())
	}
	for _, limit := range []struct {
		to   *string
		time time.Duration
	}{{&view.AlertAfter, p.AlertAfter}, {&view.DisableAfter, p.DisableAfter}, {&view.GiveUpAfter, p.GiveUpAfter}} {
		if limit.time > 0 {
			*limit.to = limit.time.String()
		}
	}
	return view
}

// subscribe makes a URL the receiver, after a handshake unless that is waived.
func (s *Server) subscribe(ctx context.Context, r NewReceiver) error {
	if r.Handshake != nil && !*r.Handshake {
		if len(r.Fields) > 0 || len(r.Versions) > 0 {
			return huma.Error422UnprocessableEntity("without a handshake a receiver gets all fields, in one version: leave fields and versions out, or let it be verified")
		}
		if err := s.platform.SetReceiver(r.URL); err != nil {
			return failed(err, http.StatusUnprocessableEntity)
		}
		return nil
	}
	err := s.platform.Subscribe(ctx, mockplatform.Subscription{URL: r.URL, Object: r.Object, VerifyToken: r.VerifyToken, Fields: r.Fields, Versions: r.Versions})
	var refused *delivery.CallbackError
	switch {
	case errors.As(err, &refused):
		return huma.Error409Conflict(fmt.Sprintf("%s was not subscribed: %s; the timeline shows what was asked and answered (GET %sexchanges?kind=verification)", r.URL, refused, apiPrefix))
	case err != nil:
		return failed(err, http.StatusUnprocessableEntity)
	}
	return nil
}

func (s *Server) advance(ctx context.Context, in *struct {
	Body struct {
		By string `json:"by" doc:"How far, such as 1h30m" example:"15m"`
	}
}) (*clockOutput, error) {
	by, err := time.ParseDuration(in.Body.By)
	if err != nil || by <= 0 {
		return nil, huma.Error422UnprocessableEntity(fmt.Sprintf("the clock cannot be moved by %q: give it a time ahead, such as 15m or 36h", in.Body.By))
	}
	switch err := s.platform.Advance(ctx, by); {
	case errors.Is(err, mockplatform.ErrRealClock):
		return nil, huma.Error409Conflict("the clock of this platform is the machine's: start it with `referee serve --clock virtual`")
	case err != nil:
		return nil, huma.NewError(statusOf(err, http.StatusInternalServerError), fmt.Sprintf("the clock stopped at %s: %s", s.platform.Now().Format(time.RFC3339), said(err)))
	}
	return &clockOutput{s.clock()}, nil
}
