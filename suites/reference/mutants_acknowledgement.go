package reference

import (
	"errors"
	"io"
	"net/http"
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
			Breaks: []string{"acknowledgement.status-200"},
			apply: func(r *Receiver) {
				r.steps.respond = func(o outcome) answer {
					if o == accepted {
						return answer{status: http.StatusNoContent}
					}
					return respond(o)
				}
			},
		},
		{
			Name:   "works-before-answering",
			Defect: "Answers a delivery when all its work is done.",
			Breaks: []string{"acknowledgement.before-work"},
			apply: func(r *Receiver) {
				r.steps.order = func(answer, work func()) { work(); answer() }
			},
		},
		{
			Name:   "serves-one-at-a-time",
			Defect: "Refuses a delivery that comes while another is being answered.",
			Breaks: []string{"acknowledgement.together"},
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
			Name:   "limits-body-to-100-kib",
			Defect: "Refuses a body of more than 100 KiB, the default of common frameworks.",
			Breaks: []string{"acknowledgement.large-body"},
			apply: func(r *Receiver) {
				r.steps.read = func(w http.ResponseWriter, req *http.Request) ([]byte, error) {
					return io.ReadAll(http.MaxBytesReader(w, req.Body, 100<<10))
				}
			},
		},
		{
			Name:   "fails-on-text-messages",
			Defect: "Answers 500 to a text message.",
			Breaks: []string{
				"acknowledgement.in-time", "acknowledgement.together", "envelope.echo-beside", "envelope.echo.*",
				"envelope.message.chat-plugin-tag.accepted",
				"envelope.message.lead-summary.accepted", "envelope.message.prior-message.accepted",
				"envelope.message.quick-reply.accepted", "envelope.message.reply-to.accepted", "envelope.message.text.accepted",
				"envelope.test.instagram-messaging.accepted", "referral.message.*", "signature.numbers",
			},
			apply: chokesOn(func(e event) bool {
				message, _ := e["message"].(object)
				return message["text"] != nil
			}),
		},
		{
			Name:   "fails-on-unknown-kinds",
			Defect: "Answers 500 to an event whose kind is not in its list.",
			Breaks: []string{"acknowledgement.unknown-event"},
			apply: chokesOn(func(e event) bool {
				_, unknown := e["referee_future_event"]
				return unknown
			}),
		},
		{
			Name:   "dies-on-unknown-kinds",
			Defect: "Ends its process on an event whose kind is not in its list, after the acknowledgement.",
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
