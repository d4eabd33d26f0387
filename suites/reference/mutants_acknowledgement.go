package reference

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// acknowledgementMutants are the receivers that answer late, wrongly or never
// again.
func acknowledgementMutants() []Mutant {
	return []Mutant{
		{
			Name:   "answers-204",
			Defect: "Acknowledges with status 204.",
			Cause:  "misanswers.status-200",
			Breaks: []string{"acknowledgement.status-200"},
			apply:  answers(accepted, func(*Receiver, answer) answer { return answer{status: http.StatusNoContent} }),
		},
		{
			Name:   "is-slow-after-a-burst",
			Defect: "Takes 400 ms for each answer once ninety deliveries were being answered at the same time.",
			Cause:  "delays.after-hundred",
			Breaks: []string{"acknowledgement.after-hundred"},
			apply: func(r *Receiver) {
				var now, slow atomic.Int64
				serve := r.steps.serve
				r.steps.serve = func(w http.ResponseWriter, req *http.Request) {
					if now.Add(1) >= 90 {
						slow.Store(1)
					}
					defer now.Add(-1)
					takes := 5 * time.Millisecond // or no two would be answered at the same time
					if slow.Load() > 0 {
						takes = 400 * time.Millisecond
					}
					pause(req.Context(), takes)
					serve(w, req)
				}
			},
		},
		{
			Name:   "keeps-listeners-open",
			Defect: "Opens a listener for each delivery and does not close it.",
			Cause:  "keeps.open-files",
			Breaks: []string{"acknowledgement.open-files"},
			apply: func(r *Receiver) {
				var all sync.Map // or they would be closed as garbage
				keeps(r, func() {
					if l, err := r.config.Listen(context.Background(), "tcp", "127.0.0.1:0"); err == nil {
						all.Store(l, true)
					}
				})
			},
		},
		{
			Name:   "keeps-memory",
			Defect: "Keeps two mebibytes for each delivery.",
			Cause:  "keeps.memory",
			Breaks: []string{"acknowledgement.memory"},
			apply: func(r *Receiver) {
				var all sync.Map
				keeps(r, func() { all.Store(new(int), bytes.Repeat([]byte{1}, 2<<20)) })
			},
		},
		{
			Name:   "works-before-answering",
			Defect: "Answers a delivery when all its work is done.",
			Cause:  "delays.until-the-work-is-done",
			Breaks: []string{"acknowledgement.before-work", "acknowledgement.slow-graph-api"},
			apply: func(r *Receiver) {
				r.steps.order = func(_ []event, answer, work func()) { work(); answer() }
			},
		},
		{
			Name:   "works-a-while-before-answering",
			Defect: "Answers a delivery when all its work is done, or after a second and a half.",
			Cause:  "delays.until-the-work-is-done",
			Breaks: []string{"acknowledgement.slow-graph-api"},
			apply: func(r *Receiver) {
				r.steps.order = func(_ []event, answer, work func()) {
					done := make(chan struct{})
					go func() { defer close(done); work() }()
					wait(1500*time.Millisecond, done)
					answer()
				}
			},
		},
		{
			Name:   "fails-on-garbage-from-the-graph-api",
			Defect: "Answers a delivery when its work is done or has taken a moment, and with 500 when a reply was answered with what is not JSON.",
			Cause:  "refuses.graph-api-garbage",
			Breaks: []string{"acknowledgement.graph-api-garbage"},
			apply: func(r *Receiver) {
				var garbled atomic.Int64
				original := r.steps.post
				r.steps.post = func(ctx context.Context, url, token string, payload any) (response, error) {
					resp, err := original(ctx, url, token, payload)
					if bytes.HasPrefix(resp.body, []byte("{")) && !json.Valid(resp.body) {
						garbled.Add(1)
					}
					return resp, err
				}
				r.steps.order = func(_ []event, answer, work func()) {
					before, done := garbled.Load(), make(chan struct{})
					go func() { defer close(done); work() }()
					wait(300*time.Millisecond, done)
					if garbled.Load() > before {
						panic("an answer that cannot be parsed")
					}
					answer()
				}
			},
		},
		{
			Name:   "serves-one-at-a-time",
			Defect: "Refuses a delivery that comes while another is being answered.",
			Cause:  "refuses.in-parallel",
			Breaks: []string{"acknowledgement.hundred-together", "acknowledgement.together"},
			apply: func(r *Receiver) {
				original := r.steps.read
				var inside atomic.Int32
				r.steps.read = func(w http.ResponseWriter, req *http.Request) ([]byte, error) {
					defer inside.Add(-1)
					if inside.Add(1) > 1 {
						return nil, errors.New("busy with another delivery")
					}
					// Whoever comes now meets this one.
					pause(req.Context(), 5*time.Millisecond)
					return original(w, req)
				}
			},
		},
		{
			Name:   "serves-fifty-at-a-time",
			Defect: "Refuses a delivery that comes while fifty others are being answered.",
			Cause:  "refuses.in-parallel",
			Breaks: []string{"acknowledgement.hundred-together"},
			apply: whenCrowded(func(inside int) error {
				switch {
				case inside > 50:
					return errors.New("busy with fifty other deliveries")
				case inside > 10:
					time.Sleep(300 * time.Millisecond) // so that they meet, however busy the machine is
				}
				return nil
			}),
		},
		{
			Name:   "slow-in-a-crowd",
			Defect: "Takes 400 ms for a delivery that comes while three others are being answered.",
			Cause:  "delays.median",
			Breaks: []string{"acknowledgement.median"},
			apply: whenCrowded(func(inside int) error {
				switch {
				case inside > 3:
					time.Sleep(400 * time.Millisecond)
				case inside > 1:
					time.Sleep(50 * time.Millisecond) // so that they meet
				}
				return nil
			}),
		},
		{
			Name:   "stalls-in-a-crowd",
			Defect: "Takes more than a second for a delivery that comes while seven others, or a few more, are being answered.",
			Cause:  "delays.percentile-99",
			Breaks: []string{"acknowledgement.percentile-99"},
			apply: whenCrowded(func(inside int) error {
				switch {
				case 7 < inside && inside < 20:
					time.Sleep(1200 * time.Millisecond)
				case 2 < inside && inside < 20:
					time.Sleep(50 * time.Millisecond) // so that they meet
				}
				return nil
			}),
		},
		{
			Name:   "loses-a-byte-of-kept-connections",
			Defect: "Takes the first byte of a second request on a connection for the last one of the first.",
			Cause:  "refuses.kept-connection",
			Breaks: []string{"acknowledgement.kept-connection"},
			apply: func(r *Receiver) {
				r.steps.accept = func(c net.Conn) net.Conn { return &losing{Conn: c} }
			},
		},
		{
			Name:   "limits-body-to-100-kib",
			Defect: "Refuses a body of more than 100 KiB, the default of common frameworks.",
			Cause:  "refuses.body-over-100-kib",
			Breaks: []string{"acknowledgement.batch-of-1000", "acknowledgement.large-body", "acknowledgement.mebibyte"},
			apply:  limitsBody(100 << 10),
		},
		{
			Name:   "limits-body-to-512-kib",
			Defect: "Refuses a body of more than 512 KiB.",
			Cause:  "refuses.body-over-500-kib",
			Breaks: []string{"acknowledgement.mebibyte"},
			apply:  limitsBody(512 << 10),
		},
		{
			Name:   "limits-events-of-a-delivery",
			Defect: "Answers 500 to a delivery of more than 500 events.",
			Cause:  "refuses.over-500-events",
			Shown:  "acknowledgement.batch-of-1000",
			Breaks: []string{"acknowledgement.batch-of-1000"},
			apply: func(r *Receiver) {
				original := r.steps.events
				r.steps.events = func(doc any) []event {
					all := original(doc)
					if len(all) > 500 {
						panic("more events than there is room for")
					}
					return all
				}
			},
		},
		{
			Name:   "fails-on-unknown-fields",
			Defect: "Answers 500 to a delivery for a field that is not in its list.",
			Cause:  "refuses.unsubscribed-field",
			Breaks: []string{"acknowledgement.unsubscribed-field"},
			apply: func(r *Receiver) {
				original := r.steps.decode
				r.steps.decode = func(body []byte) (any, error) {
					if bytes.Contains(body, []byte("referee_future_field")) {
						panic("a field that the mutant does not know")
					}
					return original(body)
				}
			},
		},
		{
			Name:   "fails-on-text-messages",
			Defect: "Answers 500 to a text message.",
			Cause:  "refuses.message-with-text",
			Shown:  "acknowledgement.in-time",
			Breaks: []string{
				"acknowledgement.hundred-together", "acknowledgement.in-time", "acknowledgement.mebibyte", "acknowledgement.together",
				"envelope.echo-beside", "envelope.echo-in-entry", "envelope.echo.app-id-text.accepted", "envelope.echo.app-id-without-metadata.accepted", "envelope.echo.inbox.accepted", "envelope.echo.instagram-text.accepted", "envelope.echo.text.accepted", "envelope.echo.without-app-id.accepted",
				"envelope.message.chat-plugin-tag.accepted",
				"envelope.message.commands.accepted", "envelope.message.instagram-and-read.accepted",
				"envelope.message.instagram-quick-reply.accepted", "envelope.message.instagram-reply-to-mid.accepted",
				"envelope.message.instagram-reply-to.accepted", "envelope.message.instagram-self.accepted",
				"envelope.message.instagram-story-reply.accepted", "envelope.message.instagram-text.accepted",
				"envelope.message.lead-summary.accepted", "envelope.message.prior-message-customer-matching.accepted",
				"envelope.message.prior-message.accepted", "envelope.message.quick-reply-email.accepted",
				"envelope.message.quick-reply-phone.accepted", "envelope.message.quick-reply.accepted",
				"envelope.message.reply-to-mid.accepted", "envelope.message.reply-to.accepted", "envelope.message.seq.accepted",
				"envelope.message.text.accepted", "envelope.test.instagram-messaging.accepted", "referral.message.*.accepted",
				"referral.message.*.understood", "signature.numbers",
			},
			apply: chokesOn(func(e event) bool {
				message, _ := e["message"].(object)
				return message["text"] != nil
			}),
		},
		{
			Name:   "fails-on-unknown-kinds",
			Defect: "Answers 500 to an event whose kind is not in its list.",
			Cause:  "refuses.unknown-event",
			Breaks: []string{"acknowledgement.unknown-event"},
			apply: chokesOn(func(e event) bool {
				_, unknown := e["referee_future_event"]
				return unknown
			}),
		},
		{
			Name:   "dies-on-unknown-kinds",
			Defect: "Ends its process on an event whose kind is not in its list, after the acknowledgement.",
			Cause:  "dies.unknown-event",
			Breaks: []string{"acknowledgement.survives"},
			apply: func(r *Receiver) {
				original := r.steps.understand
				r.steps.understand = func(e event) receipt {
					if _, unknown := e["referee_future_event"]; unknown {
						r.die(200 * time.Millisecond)
					}
					return original(e)
				}
			},
		},
	}
}

// limitsBody makes a mutant that refuses a body of more bytes than these.
func limitsBody(most int64) func(*Receiver) {
	return func(r *Receiver) {
		r.steps.read = func(w http.ResponseWriter, req *http.Request) ([]byte, error) {
			return io.ReadAll(http.MaxBytesReader(w, req.Body, most))
		}
	}
}

// whenCrowded makes a mutant that does something about the number of deliveries
// that are being answered, this one included.
func whenCrowded(do func(inside int) error) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.read
		var inside atomic.Int32
		r.steps.read = func(w http.ResponseWriter, req *http.Request) ([]byte, error) {
			defer inside.Add(-1)
			if err := do(int(inside.Add(1))); err != nil {
				return nil, err
			}
			body, err := original(w, req)
			pause(req.Context(), 10*time.Millisecond) // whoever comes now meets this one
			return body, err
		}
	}
}

// losing is a connection that loses the first byte after its first answer.
type losing struct {
	net.Conn
	answered atomic.Bool
}

func (c *losing) Write(p []byte) (int, error) {
	if !bytes.HasPrefix(p, []byte("HTTP/1.1 100")) {
		c.answered.Store(true)
	}
	return c.Conn.Write(p)
}

func (c *losing) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 && c.answered.Load() {
		p[0] = 0
	}
	return n, err
}

// keeps has a receiver take something for each authentic delivery.
func keeps(r *Receiver, take func()) {
	original := r.steps.decode
	r.steps.decode = func(body []byte) (any, error) {
		take()
		return original(body)
	}
}
