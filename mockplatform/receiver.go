package mockplatform

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
	"github.com/seed-11445fa1/referee/schemas"
)

// Subscription asks for webhooks at a URL.
type Subscription struct {
	// URL is the callback URL, http or https.
	URL string
	// VerifyToken is what the verification request carries. Default
	// Options.VerifyToken.
	VerifyToken string
	// Object is what the subscription is about. Default "page".
	Object string
	// Fields are the webhook fields that are delivered. Default: all.
	Fields []string
	// Versions are those of the Graph API with which the payloads of a field are made,
	// by its name, as the dashboard has one to choose for each:
	// https://developers.facebook.com/docs/messenger-platform/webhook/versioning
	// Default: Options.GraphVersion.
	Versions map[string]string
}

// ReceiverState is how the receiver is doing.
type ReceiverState struct {
	// URL is where deliveries go; empty when nobody has subscribed.
	URL string
	// Objects are the fields that are delivered, by object: "page",
	// "instagram". No fields mean all of them, and no objects everything.
	Objects map[string][]string
	// Versions are those of single fields, by object and field, as deliveries have
	// them now: one that has ended has become the next.
	Versions map[string]map[string]string
	// Verified reports that the URL answered the handshake.
	Verified bool
	// Health is how deliveries fare.
	Health outbox.Health
	// FailingSince is when the first of the failures in a row was; zero when the
	// last attempt was acknowledged.
	FailingSince time.Time
	// Problem says how the last attempt failed; empty when it did not.
	Problem string
	// Pending is how many deliveries wait for an attempt, the first or a later.
	Pending int
}

// receiver is where deliveries go.
type receiver struct {
	changing sync.Mutex // held while a change is stored and made

	mu    sync.Mutex
	state receiverDoc
}

// receiverDoc is the document "receiver" of the store.
type receiverDoc struct {
	URL          string                       `json:"url"`
	Objects      map[string][]string          `json:"objects,omitempty"`
	Versions     map[string]map[string]string `json:"versions,omitempty"`
	Verified     bool                         `json:"verified,omitempty"`
	Health       outbox.Health                `json:"health"`
	FailingSince time.Time                    `json:"failing_since,omitzero"`
}

func (r *receiver) get() receiverDoc {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state
}

// Subscribe verifies a callback URL and makes it the receiver; a subscription
// that was disabled is active again. The platform has one receiver: another URL
// takes its place, and what it had subscribed to is over. The same URL can
// subscribe to one object after the other.
//
// The error is a *delivery.CallbackError, with Meta's code and text, when the URL
// did not answer the verification as it must. After any error the receiver is
// who it was.
func (p *Platform) Subscribe(ctx context.Context, s Subscription) error {
	if err := delivery.CheckURL(s.URL); err != nil {
		return fmt.Errorf("subscribe %s: %w", s.URL, err)
	}
	object := cmp.Or(s.Object, "page")
	if err := s.checkVersions(p.opts.Catalogue.Ever(), object); err != nil {
		return fmt.Errorf("subscribe %s: %w", s.URL, err)
	}
	if err := p.verify(ctx, s); err != nil {
		return fmt.Errorf("subscribe %s: %w", s.URL, err)
	}
	err := p.changeReceiver(func(doc *receiverDoc) {
		objects, versions := map[string][]string{}, map[string]map[string]string{}
		if doc.URL == s.URL {
			maps.Copy(objects, doc.Objects)
			maps.Copy(versions, doc.Versions)
		}
		objects[object], versions[object] = slices.Clone(s.Fields), maps.Clone(s.Versions)
		*doc = receiverDoc{URL: s.URL, Objects: objects, Versions: versions, Verified: true, Health: outbox.Active}
	})
	if err == nil {
		p.outbox.Restart()
	}
	return err
}

// checkVersions says which versions of fields cannot be.
func (s Subscription) checkVersions(c *schemas.Catalogue, object string) error {
	fields := s.Fields
	if len(fields) == 0 {
		fields = allFields(c, object)
	}
	for _, field := range slices.Sorted(maps.Keys(s.Versions)) {
		if !slices.Contains(fields, field) {
			return fmt.Errorf("it has a version for the field %q, which is not among those of the subscription: %s", field, strings.Join(fields, ", "))
		}
		if _, _, err := schemas.GraphVersionNamed(s.Versions[field]); err != nil {
			return fmt.Errorf("the version of the field %s: %w", field, err)
		}
	}
	return nil
}

// VersionOf is the version of the Graph API that deliveries of an event of this
// variant carry: that of its field, or else Options.GraphVersion. That of a field
// which has ended has become the next.
func (p *Platform) VersionOf(v schemas.Variant) string {
	if of := p.receiver.get().Versions[v.Object][v.Field]; of != "" {
		return schemas.UsableGraphVersion(of, p.day())
	}
	return p.opts.GraphVersion
}

// versionOf is VersionOf for the first of variants, by their ids.
func (p *Platform) versionOf(variants []string) string {
	if len(variants) == 0 {
		return p.opts.GraphVersion
	}
	v, _ := schemas.ByID(variants[0])
	return p.VersionOf(v)
}

// day is when it is, as far as the ends of versions matter.
func (p *Platform) day() string { return cmp.Or(p.opts.Day, p.Now().UTC().Format(time.DateOnly)) }

// SetReceiver makes a URL the receiver without a handshake: of everything, or of what is
// subscribed. A subscription that was disabled is active again.
func (p *Platform) SetReceiver(url string, to ...Subscribed) error {
	if err := delivery.CheckURL(url); err != nil {
		return fmt.Errorf("the receiver %s: %w", url, err)
	}
	setup := ReceiverSetup{URL: url, Subscriptions: to}
	if err := errors.Join(setup.check(p.opts.Catalogue.Ever())...); err != nil {
		return err
	}
	err := p.changeReceiver(func(doc *receiverDoc) { *doc = setup.doc() })
	if err == nil {
		p.outbox.Restart()
	}
	return err
}

// Unsubscribe ends all subscriptions, and drops what waits to be delivered.
func (p *Platform) Unsubscribe() error { return p.unsubscribe("", nil) }

// unsubscribe ends the subscription to fields of an object; to all of them if
// there are none, and to all objects if the object is empty. It does not mind
// what is not there: a receiver of everything has no subscription to an object.
func (p *Platform) unsubscribe(object string, fields []string) error {
	over := false
	err := p.changeReceiver(func(doc *receiverDoc) {
		if object != "" {
			doc.Objects, doc.Versions = p.without(doc.Objects, object, fields), withoutVersions(doc.Versions, object, fields)
		}
		if object == "" || doc.Objects != nil && len(doc.Objects) == 0 {
			*doc, over = receiverDoc{Health: outbox.Active}, true
		}
	})
	if err == nil && over {
		p.outbox.Restart()
		p.outbox.Clear()
	}
	return err
}

// without returns objects without these fields of one of them. Nil, which is
// everything, stays so.
func (p *Platform) without(objects map[string][]string, object string, fields []string) map[string][]string {
	have, ok := objects[object]
	if !ok {
		return objects
	}
	if len(have) == 0 {
		have = allFields(p.opts.Catalogue.Ever(), object)
	}
	left := slices.DeleteFunc(slices.Clone(have), func(name string) bool { return slices.Contains(fields, name) })
	rest := maps.Clone(objects)
	if len(left) == 0 || len(fields) == 0 {
		delete(rest, object)
	} else {
		rest[object] = left
	}
	return rest
}

// withoutVersions returns versions without those of these fields of an object; of all
// its fields if there are none.
func withoutVersions(versions map[string]map[string]string, object string, fields []string) map[string]map[string]string {
	rest := maps.Clone(versions)
	if len(fields) == 0 {
		delete(rest, object)
	} else if of, ok := rest[object]; ok {
		of = maps.Clone(of)
		maps.DeleteFunc(of, func(field, _ string) bool { return slices.Contains(fields, field) })
		rest[object] = of
	}
	return rest
}

// allFields are the fields of an object in the catalogue.
func allFields(c *schemas.Catalogue, object string) []string {
	names := map[string]bool{}
	for _, v := range c.All() {
		if v.Object == object && v.Field != "" {
			names[v.Field] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// Receiver returns how the receiver is doing.
func (p *Platform) Receiver() ReceiverState {
	doc := p.receiver.get()
	c := p.outbox.Condition()
	versions := map[string]map[string]string{}
	for object, of := range doc.Versions {
		versions[object] = map[string]string{}
		for field, version := range of {
			versions[object][field] = schemas.UsableGraphVersion(version, p.day())
		}
	}
	return ReceiverState{
		URL: doc.URL, Objects: maps.Clone(doc.Objects), Versions: versions, Verified: doc.Verified,
		Health: c.Health, FailingSince: c.FailingSince, Problem: c.Problem, Pending: p.outbox.Len(),
	}
}

// Pending returns the deliveries that wait for an attempt, the oldest first.
func (p *Platform) Pending() []outbox.Pending { return p.outbox.Pending() }

// changeReceiver replaces the receiver by what change makes of it. It is stored
// first: after an error nothing has changed.
func (p *Platform) changeReceiver(change func(*receiverDoc)) error {
	p.receiver.changing.Lock()
	defer p.receiver.changing.Unlock()
	doc := p.receiver.get()
	c := p.outbox.Condition()
	doc.Health, doc.FailingSince = c.Health, c.FailingSince
	change(&doc)
	if err := p.saveState("receiver", doc); err != nil {
		return err
	}
	p.receiver.mu.Lock()
	p.receiver.state = doc
	p.receiver.mu.Unlock()
	return nil
}

// saveHealth stores how the receiver is doing, after that has changed.
func (p *Platform) saveHealth() {
	p.receiver.changing.Lock()
	defer p.receiver.changing.Unlock()
	doc, c := p.receiver.get(), p.outbox.Condition()
	if doc.URL == "" {
		return // it was the health of one that is gone
	}
	doc.Health, doc.FailingSince = c.Health, c.FailingSince
	level := slog.LevelInfo
	if c.Health != outbox.Active {
		level = slog.LevelWarn
	}
	p.opts.Logger.Log(p.life, level, "the health of the receiver", "health", c.Health, "failing_since", c.FailingSince, "problem", c.Problem)
	if err := p.saveState("receiver", doc); err != nil {
		p.opts.Logger.Error("how the receiver is doing will not survive a restart", "error", err)
	}
}

// loadReceiver reads the receiver that is stored.
func (p *Platform) loadReceiver() (outbox.Condition, error) {
	doc := &p.receiver.state
	if _, err := p.loadState("receiver", doc); err != nil {
		return outbox.Condition{}, err
	}
	return outbox.Condition{Health: doc.Health, FailingSince: doc.FailingSince}, nil
}

// takes reports whether the receiver has subscribed to events of this variant.
func (r receiverDoc) takes(v schemas.Variant) error {
	if len(r.Objects) == 0 || v.Object == "" {
		return nil
	}
	fields, ok := r.Objects[v.Object]
	switch {
	case !ok:
		return fmt.Errorf("%w: it has not subscribed to the object %q at all", ErrNotSubscribed, v.Object)
	case len(fields) > 0 && v.Field != "" && !slices.Contains(fields, v.Field):
		return fmt.Errorf("%w, %s: it has subscribed to %s", ErrNotSubscribed, v.Field, strings.Join(fields, ", "))
	}
	return nil
}
