package reference

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// redeliveryMutants are the receivers that take an event for another one, or
// for none.
func redeliveryMutants() []Mutant {
	return []Mutant{
		{
			Name:   "forgets-events",
			Defect: "Handles every event as if it came for the first time.",
			Cause:  "repeats.redelivered",
			Breaks: []string{
				"redelivery.at-the-end", "redelivery.entry-time", "redelivery.in-batch", "redelivery.same-bytes",
				"redelivery.together", "redelivery.without-mid",
			},
			apply: func(r *Receiver) {
				r.steps.fresh = func(string) bool { return true }
			},
		},
		{
			Name:   "knows-events-by-mid-only",
			Defect: "Recognises no event that has no mid.",
			Cause:  "repeats.without-mid",
			Breaks: []string{"redelivery.without-mid"},
			apply: func(r *Receiver) {
				original := r.steps.fresh
				r.steps.fresh = func(identity string) bool {
					return !strings.HasPrefix(identity, "mid ") || original(identity)
				}
			},
		},
		{
			Name:   "remembers-late",
			Defect: "Looks an event up at once, and remembers it a while later.",
			Cause:  "repeats.together",
			Breaks: []string{"redelivery.together"},
			apply: func(r *Receiver) {
				var known sync.Map
				r.steps.fresh = func(identity string) bool {
					if _, ok := known.Load(identity); ok {
						return false
					}
					pause(r.current().ctx, 20*time.Millisecond)
					known.Store(identity, true)
					return true
				}
			},
		},
		{
			Name:   "knows-whole-deliveries",
			Defect: "Recognises a delivery by its body, and no event by itself.",
			Cause:  "repeats.in-another-delivery",
			Breaks: []string{"redelivery.at-the-end", "redelivery.entry-time", "redelivery.in-batch"},
			apply: func(r *Receiver) {
				var known sync.Map
				original := r.steps.events
				r.steps.events = func(doc any) []event {
					body, _ := json.Marshal(doc) // as in identity
					if _, again := known.LoadOrStore(sha256.Sum256(body), true); again {
						return nil
					}
					return original(doc)
				}
				r.steps.fresh = func(string) bool { return true }
			},
		},
		{
			Name:   "drops-deliveries-with-a-known-event",
			Defect: "Drops a whole delivery when it knows one of the events in it.",
			Cause:  "loses.in-batch",
			Breaks: []string{"redelivery.in-batch"},
			apply:  looksUpFirst(func(known, all int) bool { return known > 0 && known < all }, func() []event { return nil }),
		},
		{
			Name:   "refuses-known-events",
			Defect: "Answers 500 to a delivery of which it knows every event.",
			Cause:  "refuses.acknowledged",
			Breaks: []string{"redelivery.acknowledged"},
			apply:  looksUpFirst(func(known, all int) bool { return known > 0 && known == all }, func() []event { panic("a duplicate key") }),
		},
		{
			Name:   "makes-up-for-failed-replies",
			Defect: "Sends a reply that failed together with the next one to the person, and handles an event anew whose reply failed.",
			Cause:  "repeats.after-failure",
			Breaks: []string{"redelivery.after-failure"},
			apply: func(r *Receiver) {
				var mu sync.Mutex
				unsent := map[lane][]message{}
				of := func(e event) lane { member, value := sender(e); return lane{member, value} }
				send, identity, replies := r.steps.send, r.steps.identity, r.steps.replies
				r.steps.send = func(ctx context.Context, m message) error {
					err := send(ctx, m)
					if err != nil {
						mu.Lock()
						defer mu.Unlock()
						to := of(event{"sender": m.Recipient})
						unsent[to] = append(unsent[to], m)
					}
					return err
				}
				r.steps.identity = func(e event) string {
					mu.Lock()
					defer mu.Unlock()
					if len(unsent[of(e)]) > 0 {
						return identity(e) + ", once more"
					}
					return identity(e)
				}
				r.steps.replies = func(e event) []message {
					mu.Lock()
					defer mu.Unlock()
					late := unsent[of(e)]
					delete(unsent, of(e))
					return append(late, replies(e)...)
				}
			},
		},
		{
			Name:   "knows-events-by-person-and-time",
			Defect: "Takes two events of one person with one timestamp for the same.",
			Cause:  "loses.same-millisecond",
			Breaks: []string{"redelivery.same-millisecond"},
			apply:  knowsBy(func(e event) string { at, _ := e["timestamp"].(json.Number); return at.String() }),
		},
		{
			Name:   "knows-events-by-person-and-second",
			Defect: "Takes two events of one person in one second for the same.",
			Cause:  "loses.same-second",
			Breaks: []string{"redelivery.same-millisecond", "redelivery.same-second"},
			apply: knowsBy(func(e event) string {
				at, _ := e["timestamp"].(json.Number)
				return strconv.FormatInt(milliseconds(at)/1000, 10)
			}),
		},
		{
			Name:   "knows-people",
			Defect: "Handles the first event of a person, and takes all others for the same.",
			Cause:  "loses.next-event",
			Breaks: []string{
				"redelivery.mid-*", "redelivery.next-event", "redelivery.out-of-order", "redelivery.pressed-twice",
				"redelivery.same-millisecond", "redelivery.same-second",
			},
			apply: knowsBy(func(event) string { return "" }),
		},
		{
			Name:   "knows-events-by-what-they-say",
			Defect: "Takes two events of one person with the same text or payload for the same.",
			Cause:  "loses.pressed-twice",
			Breaks: []string{"redelivery.pressed-twice"},
			apply: knowsBy(func(e event) string {
				text := []any{e["referral"]}
				for _, part := range []string{"message", "postback"} {
					said, _ := e[part].(object)
					text = append(text, said["text"], said["title"], said["payload"])
				}
				said, _ := json.Marshal(text)
				return string(said)
			}),
		},
		{
			Name:   "knows-mids-in-any-case",
			Defect: "Does not tell small letters of a mid from capitals.",
			Cause:  "loses.mid-case",
			Breaks: []string{"redelivery.mid-case"},
			apply:  identifies(strings.ToLower),
		},
		{
			Name:   "knows-mids-by-their-beginning",
			Defect: "Looks at the first 32 characters of a mid.",
			Cause:  "loses.mid-end",
			Breaks: []string{"redelivery.mid-end"},
			apply:  identifies(func(mid string) string { return mid[:min(len(mid), 32)] }),
		},
		{
			Name:   "remembers-a-thousand-events",
			Defect: "Knows the last 1000 events, and none before.",
			Cause:  "repeats.at-the-end",
			Breaks: []string{"redelivery.at-the-end"},
			apply:  func(r *Receiver) { r.life.memory.limit = 1000 },
		},
		{
			Name:   "remembers-for-seconds",
			Defect: "Forgets an event after two seconds.",
			Cause:  "repeats.at-the-end",
			Breaks: []string{"redelivery.at-the-end"},
			apply:  func(r *Receiver) { r.life.memory.span = 2 * time.Second },
		},
		{
			Name:   "drops-older-events",
			Defect: "Drops an event that is older than the latest one of the same person.",
			Cause:  "loses.out-of-order",
			Breaks: []string{"redelivery.out-of-order"},
			apply: func(r *Receiver) {
				var mu sync.Mutex
				latest := map[lane]int64{}
				original := r.steps.echo
				r.steps.echo = func(e event) bool {
					if original(e) {
						return true
					}
					mu.Lock()
					defer mu.Unlock()
					member, value := sender(e)
					at, person := milliseconds(e["timestamp"]), lane{member, value}
					if member == "" || at == 0 {
						return false
					}
					older := at < latest[person]
					latest[person] = max(latest[person], at)
					return older
				}
			},
		},
		{
			Name:   "remembers-forged-events",
			Defect: "Remembers the events of a delivery before it looks at the signature.",
			Cause:  "loses.forged-first",
			Breaks: []string{"redelivery.forged-first"},
			apply: func(r *Receiver) {
				original := r.steps.authentic
				r.steps.authentic = func(h http.Header, body []byte) bool {
					if original(h, body) {
						return true
					}
					if doc, err := decode(body); err == nil {
						for _, e := range events(doc) {
							r.steps.fresh(r.steps.identity(e))
						}
					}
					return false
				}
			},
		},
	}
}

// knowsBy makes a mutant that tells the events of a person with an id apart by something
// else than their mid.
func knowsBy(what func(event) string) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.identity
		r.steps.identity = func(e event) string {
			if member, person := sender(e); member == "id" {
				return "mid " + person + " " + what(e)
			}
			return original(e)
		}
	}
}

// identifies makes a mutant that changes the mid by which it knows an event.
func identifies(change func(mid string) string) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.identity
		r.steps.identity = func(e event) string {
			identity := original(e)
			if mid, ok := strings.CutPrefix(identity, "mid "); ok {
				return "mid " + change(mid)
			}
			return identity
		}
	}
}

// looksUpFirst makes a mutant that looks all events of a delivery up before it
// handles the first. Where the numbers of known events and of all are strange,
// it does something else instead.
func looksUpFirst(strange func(known, all int) bool, instead func() []event) func(*Receiver) {
	return func(r *Receiver) {
		var met sync.Map
		original := r.steps.events
		r.steps.events = func(doc any) []event {
			all, known := original(doc), 0
			for _, e := range all {
				if _, again := met.LoadOrStore(identity(e), true); again {
					known++
				}
			}
			if strange(known, len(all)) {
				return instead()
			}
			return all
		}
	}
}
