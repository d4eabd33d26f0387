package judge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	mockwire "github.com/seed-11445fa1/referee/mockplatform/wire"
)

// moment is a point in the life of an event at which a receiver can end of it.
type moment string

const (
	onReceipt moment = "on receipt" // before it is acknowledged
	onWork    moment = "when its work begins"
	onDone    moment = "when it has handled it"
)

// order says which event of its queue a receiver takes next.
type order string

const (
	inOrder   order = "first come, first served"
	anyOrder  order = "in any order"
	lastFirst order = "the newest first"
)

// traits are what a simulated receiver is like. Work takes between fastest and
// slowest; Rare of the events, in percent, take slowest and all others fastest, if
// it is set.
type traits struct {
	Workers          int
	Fastest, Slowest time.Duration
	Rare             int
	Long             string // the label of events that take LongWork
	LongWork         time.Duration
	Every            time.Duration // it looks into its queue so often; 0: at once
	Order            order
	AckLate          bool // it acknowledges after the work, which it does in the request
	Boot             time.Duration
	Receipts         bool
	Replies          int
	Mute             []Kind // kinds that it does not answer, and need not
	Owned            bool   // Referee started it
	Gone             bool   // at a URL: it does not come back
	Seed             uint64 // of its work times

	defects
}

// defects are what is wrong with a simulated receiver.
type defects struct {
	Accepts  []string          // kinds of forged deliveries; "any"
	Forged   time.Duration     // what it takes longer to answer forged deliveries
	Twice    bool              // it handles what comes twice twice
	Loses    []string          // labels of events that it acknowledges and drops
	OnePerMs bool              // it takes two events of a person in a millisecond for one
	Standby  bool              // it answers events in standby
	Dies     map[string]moment // by label
	Jams     []string          // labels of events at which all its workers hang
	Freezes  []string          // labels of events after which it acknowledges nothing either
	Backlog  int               // how many events its queue holds, more are lost; 0: any number
	Slow     []string          // labels of events that are acknowledged after the deadline
}

// sim is a receiver in this process, behind the seams of the package. Its clock is
// that of the bubble in which it is made.
type sim struct {
	traits
	platform *mockplatform.Platform

	mu       sync.Mutex
	life     *life // nil: it is down
	exited   chan struct{}
	how      string
	known    map[string]bool
	random   *rand.Rand
	handled  int      // events whose work was begun
	answered []string // labels of the events that it has answered
	died     []string // labels of what it ended of
	dropped  []string // labels of what did not fit into its queue
}

// life is a sim from a start to an end.
type life struct {
	over   chan struct{}
	queue  []*job
	busy   int
	jammed bool
	frozen bool
	idle   bool // until it looks into its queue again
}

// job is an event that is to be handled.
type job struct {
	label  string
	forged bool
	event  []byte
	done   func()
}

const (
	latency    = time.Millisecond // of a request
	ackTimeout = 5 * time.Second
)

func newSim(p *mockplatform.Platform, tr traits) *sim {
	r := &sim{traits: tr, platform: p, known: map[string]bool{}, random: rand.New(rand.NewPCG(tr.Seed, 1))}
	r.begin()
	return r
}

// begin begins a life. The caller holds mu, or is alone.
func (r *sim) begin() {
	r.life = &life{over: make(chan struct{})}
	r.exited = make(chan struct{})
	if r.Every > 0 {
		r.look(r.life)
	}
}

// end ends the present life. The caller holds mu.
func (r *sim) end(how string) {
	if r.life == nil {
		return
	}
	close(r.life.over)
	close(r.exited)
	r.life, r.how = nil, how
	if !r.Owned && !r.Gone {
		time.AfterFunc(r.Boot, func() {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.begin()
		})
	}
}

func (r *sim) die(label string) {
	r.died = append(r.died, label)
	r.end("exit status 3")
}

// process is what an owned receiver is to the judge.
func (r *sim) process() *Process {
	return &Process{
		Exited: func() <-chan struct{} {
			r.mu.Lock()
			defer r.mu.Unlock()
			return r.exited
		},
		Restart: func(ctx context.Context) (how, output string, err error) {
			r.mu.Lock()
			if r.life != nil {
				r.end("")
			}
			how = r.how
			r.mu.Unlock()
			select {
			case <-time.After(r.Boot):
			case <-ctx.Done():
				return how, "", ctx.Err()
			}
			r.mu.Lock()
			defer r.mu.Unlock()
			r.begin()
			return how, "last words", nil
		},
	}
}

func (r *sim) dial(context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.life == nil {
		return errors.New("connection refused")
	}
	return nil
}

// Deliver is that of the interface wire.
func (r *sim) Deliver(ctx context.Context, d mockplatform.Delivery) (delivery.Attempt, error) {
	request, err := r.platform.Request(d)
	if err != nil {
		return delivery.Attempt{}, err
	}
	return r.attempt(ctx, request, nil, r.receive), nil
}

// Handshake is that of the interface wire.
func (r *sim) Handshake(ctx context.Context, url string, query []mockwire.Field) delivery.Attempt {
	var challenge []byte
	for _, f := range query {
		if f.Name == "hub.challenge" {
			challenge = []byte(f.Value)
		}
	}
	return r.attempt(ctx, delivery.Request{Method: "GET", URL: url}, challenge, func(_ *life, _ delivery.Request, answer func(int)) { answer(200) })
}

// attempt is one request, from the connection to its answer.
func (r *sim) attempt(ctx context.Context, request delivery.Request, body []byte, serve func(*life, delivery.Request, func(int))) delivery.Attempt {
	a := delivery.Attempt{Request: request, Started: time.Now()}
	fail := func(why delivery.Reason) delivery.Attempt {
		a.Err = &delivery.Error{Reason: why, Text: "it failed: " + string(why)}
		a.Timing.Done = time.Since(a.Started)
		return a
	}
	r.mu.Lock()
	l := r.life
	r.mu.Unlock()
	if l == nil {
		return fail(delivery.ReasonConnect)
	}
	answered := make(chan int, 1)
	time.AfterFunc(latency, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.life == l && !l.frozen {
			serve(l, request, func(status int) {
				if !l.frozen {
					answered <- status
				}
			})
		}
	})
	deadline := time.NewTimer(ackTimeout)
	defer deadline.Stop()
	status := 0
	select {
	case status = <-answered:
	default:
		select {
		case status = <-answered:
		case <-l.over:
			select { // it may have been answered in the same instant
			case status = <-answered:
			default:
				return fail(delivery.ReasonClosed)
			}
		case <-deadline.C:
			return fail(delivery.ReasonNoAnswer)
		case <-ctx.Done():
			return fail(delivery.ReasonCanceled)
		}
	}
	took := time.Since(a.Started)
	a.Timing = delivery.Timing{FirstByte: took, Done: took}
	a.Answer = &delivery.Answer{Status: status, Body: body, Complete: true}
	return a
}

// forgery is how a delivery is not genuine; empty if it is.
func (r *sim) forgery(request delivery.Request) string {
	right := mockwire.Sign(r.platform.Options().AppSecret, request.Body).SHA256
	var got []string
	for _, f := range request.Header {
		if strings.EqualFold(f.Name, "X-Hub-Signature-256") {
			got = append(got, f.Value)
		}
	}
	trimmed := mockwire.Sign(r.platform.Options().AppSecret, []byte(strings.TrimSpace(string(request.Body)))).SHA256
	switch {
	case len(got) == 1 && got[0] == right:
		return ""
	case len(got) == 0:
		return "missing"
	case len(got[0]) <= len("sha256="):
		return "empty"
	case len(got[0]) < len(right) && strings.HasPrefix(right, got[0]):
		return "truncated"
	case got[0] == trimmed:
		return "tampered"
	}
	return "wrong"
}

// receive serves a delivery. The caller holds mu.
func (r *sim) receive(l *life, request delivery.Request, answer func(int)) {
	forged := r.forgery(request)
	refuses := forged != "" && !slices.Contains(r.Accepts, "any") && !slices.Contains(r.Accepts, forged)
	events, ok := events(request.Body, r.Standby)
	if !ok {
		if when, dies := r.Dies[garbage(forged)]; dies && when == onReceipt {
			r.die(garbage(forged))
			return
		}
		status := 400
		if refuses {
			status = 403
		}
		answer(status)
		return
	}
	if refuses {
		answer(403)
		return
	}
	left, slow := 0, false
	for _, ev := range events {
		label := label(ev)
		if r.Dies[label] == onReceipt {
			r.die(label)
			return
		}
		slow = slow || slices.Contains(r.Slow, label)
		if slices.Contains(r.Freezes, label) {
			l.frozen = true
			return
		}
	}
	acknowledge := func() {
		if slow {
			time.AfterFunc(ackTimeout+time.Second, func() {
				r.mu.Lock()
				defer r.mu.Unlock()
				answer(200)
			})
			return
		}
		answer(200)
	}
	for _, ev := range events {
		j := &job{label: label(ev), forged: forged != "", event: ev, done: func() {}}
		if r.Backlog > 0 && len(l.queue) >= r.Backlog && l.busy >= r.Workers {
			r.dropped = append(r.dropped, j.label)
			continue
		}
		if r.AckLate {
			left++
			j.done = func() {
				if left--; left == 0 {
					acknowledge()
				}
			}
		}
		l.queue = append(l.queue, j)
	}
	if left == 0 {
		acknowledge()
	}
	r.work(l)
}

// look has it look into its queue now and then. The caller holds mu, or is alone.
func (r *sim) look(l *life) {
	l.idle = true
	time.AfterFunc(r.Every, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.life == l {
			l.idle = false
			r.work(l)
			r.look(l)
		}
	})
}

// work lets idle workers take events from the queue. The caller holds mu.
func (r *sim) work(l *life) {
	for r.life == l && !l.idle && !l.jammed && !l.frozen && l.busy < r.Workers && len(l.queue) > 0 {
		at := 0
		switch r.Order {
		case anyOrder:
			at = r.random.IntN(len(l.queue))
		case lastFirst:
			at = len(l.queue) - 1
		}
		j := l.queue[at]
		l.queue = slices.Delete(l.queue, at, at+1)
		known := r.known[string(j.event)]
		lost := slices.Contains(r.Loses, j.label) || known && !r.Twice || slices.Contains(r.Mute, Read(j.event).Kind)
		if e := Read(j.event); r.OnePerMs && e.Event["timestamp"] != nil {
			instant := fmt.Sprint(e.Event["sender"], e.Event["timestamp"])
			lost = lost || r.known[instant] && !known
			r.known[instant] = true
		}
		if lost {
			j.done()
			continue
		}
		r.known[string(j.event)] = true
		if r.Dies[j.label] == onWork {
			r.die(j.label)
			return
		}
		l.busy++
		r.handled++
		if slices.Contains(r.Jams, j.label) {
			l.jammed = true
			return
		}
		time.AfterFunc(r.duration(j.label), func() {
			r.mu.Lock()
			defer r.mu.Unlock()
			if r.life != l || l.jammed || l.frozen {
				return
			}
			l.busy--
			r.answered = append(r.answered, j.label)
			if j.forged && r.Forged > 0 {
				time.AfterFunc(r.Forged, func() { r.answer(j.event) })
			} else {
				r.answer(j.event)
			}
			j.done()
			if r.Dies[j.label] == onDone {
				r.die(j.label)
				return
			}
			r.work(l)
		})
	}
}

// duration is how long the work for the next event takes.
func (r *sim) duration(label string) time.Duration {
	switch {
	case r.Long != "" && label == r.Long:
		return r.LongWork
	case r.Rare > 0 && r.random.IntN(100) < r.Rare:
		return r.Slowest
	case r.Rare > 0 || r.Slowest <= r.Fastest:
		return r.Fastest
	}
	return r.Fastest + time.Duration(r.random.Int64N(int64(r.Slowest-r.Fastest)))
}

// answer records the evidence of an event.
func (r *sim) answer(ev []byte) {
	reading := Read(ev)
	sender, _ := reading.Event["sender"].(map[string]any)
	person, _ := sender["id"].(string)
	for range r.Replies {
		doc, _ := json.Marshal(map[string]any{"recipient": map[string]any{"id": person}, "message": map[string]any{"text": "Hello."}})
		r.record(journal.Send, person, doc)
	}
	if r.Receipts {
		doc, _ := json.Marshal(reading.Receipt())
		r.record(journal.Receipt, person, doc)
	}
}

func (r *sim) record(kind journal.Kind, person string, doc []byte) {
	r.platform.Journal().Record(journal.Exchange{
		At: r.platform.Now(), Direction: journal.FromReceiver, Kind: kind, Person: person, Doc: doc,
		Request: journal.Message{Method: "POST", URL: "/", Body: doc}, Response: journal.Message{Status: 200},
	})
}

// events are those in a body that a receiver takes for its own; false if it is none.
func events(body []byte, standby bool) (all []json.RawMessage, ok bool) {
	var doc struct {
		Entry []struct{ Messaging, Standby []json.RawMessage }
	}
	if json.Unmarshal(body, &doc) != nil {
		return nil, false
	}
	for _, e := range doc.Entry {
		all = append(all, e.Messaging...)
		if standby {
			all = append(all, e.Standby...)
		}
	}
	return all, true
}

// label is what a receiver's defects know an event by: the text of a message, payload or
// ref that begins with an exclamation mark; else its kind.
func label(ev []byte) string {
	var e struct {
		Message  struct{ Text string }
		Postback struct{ Payload string }
		Referral struct{ Ref string }
	}
	json.Unmarshal(ev, &e)
	for _, text := range []string{e.Message.Text, e.Postback.Payload, e.Referral.Ref} {
		if strings.HasPrefix(text, "!") {
			return text
		}
	}
	return string(Read(ev).Kind)
}

// garbage is the label of a body that is no JSON.
func garbage(forged string) string {
	if forged != "" {
		return "!unsigned-garbage"
	}
	return "!garbage"
}
