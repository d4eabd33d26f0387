package mockplatform

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
	"github.com/seed-11445fa1/referee/schemas"
)

// graphOptions lets calls of the Graph API do what they ask for.
func (p *Platform) graphOptions() graph.Options {
	o := graph.Options{
		AppID: p.opts.AppID, AppSecret: p.opts.AppSecret, PageID: p.opts.PageID, InstagramID: event.InstagramID(p.opts.PageID), PageToken: p.opts.PageToken,
		Version: p.opts.GraphVersion, Strict: p.opts.StrictGraph, Day: p.opts.Day, Seed: p.opts.Seed, Journal: p.journal, Clock: p.opts.Clock.Now, Logger: p.opts.Logger,
		Known: p.knows, Named: p.nameOf, Contact: p.contact, Unacknowledged: p.opts.Unacknowledged,
		Subscribe: func(ctx context.Context, s graph.Subscription) error {
			versions := map[string]string{}
			for _, field := range s.Fields {
				versions[field] = s.Version
			}
			return p.Subscribe(ctx, Subscription{URL: s.CallbackURL, VerifyToken: s.VerifyToken, Object: s.Object, Fields: s.Fields, Versions: versions})
		},
		Unsubscribe: func(_ context.Context, object string, fields []string) error { return p.unsubscribe(object, fields) },
		Sample:      func(_ context.Context, s graph.Sample) error { return p.sample(s) },
		OnInstagram: func(id string) bool {
			person, known := p.PersonByID(id)
			return known && person.instagram
		},
		Blocked: func(id string) bool {
			person, known := p.PersonByID(id)
			return known && person.Blocked
		},
	}
	if p.opts.Consequences {
		o.Effect, o.Holder, o.Redeem = p.follow, p.holder, p.redeem
	}
	if p.opts.Rules != nil {
		o.Answer = p.opts.Rules.ForCall
	}
	if p.opts.Store != nil {
		o.Changed, o.Stored, o.Files = p.saveGraph, p.Stored, files{p}
	}
	return o
}

// sample sends what the button "Test" of the dashboard sends for a field. It is
// nobody's event, and comes whatever the receiver has subscribed to.
func (p *Platform) sample(s graph.Sample) error {
	p.resetting.RLock()
	defer p.resetting.RUnlock()
	to := p.receiver.get()
	if to.URL == "" {
		return ErrNoReceiver
	}
	v, edits, err := sampleOf(p.opts.Catalogue.Ever(), s)
	if err != nil {
		return err
	}
	n := p.samples.Add(1)
	at := p.Now()
	ev, err := event.Build(v, p.Session("dashboard"), int(n), at)
	if err == nil {
		ev, err = ev.Edit(edits...)
	}
	if err != nil {
		return err
	}
	doc, err := event.Wrap(ev)
	if err != nil {
		return err
	}
	_, err = p.outbox.Put(outbox.Item{Pending: outbox.Pending{
		ID: fmt.Sprintf("sample-%d-%d", at.UnixMilli(), n), Doc: doc, Variants: []string{v.ID}, Created: at,
	}})
	return err
}

// sampleOf is the variant of a sample. That of a page is known in one form, which
// only names the field; those of Instagram differ by field. Where custom fields
// would stand is not known.
func sampleOf(c *schemas.Catalogue, s graph.Sample) (schemas.Variant, []event.Edit, error) {
	if v, known := c.ByID("test.page"); known && s.Object == "page" {
		name, err := json.Marshal(s.Field)
		return v, []event.Edit{event.Set("/entry/0/changes/0/field", string(name))}, err
	}
	for _, v := range c.All() {
		if v.Object == s.Object && v.Field == s.Field && strings.HasPrefix(v.ID, "test.") {
			return v, nil, nil
		}
	}
	return schemas.Variant{}, nil, fmt.Errorf("the catalogue has no sample of the field %q of the object %q", s.Field, s.Object)
}

// saveGraph stores what was set by calls of the Graph API.
func (p *Platform) saveGraph() {
	if err := p.storeGraph(); err != nil {
		p.opts.Logger.Error("what was set by the Graph API will not survive a restart", "error", err)
	}
}

func (p *Platform) storeGraph() error {
	p.savingGraph.Lock()
	defer p.savingGraph.Unlock()
	err := p.saveState("graph", p.graph.State())
	p.graphUnsaved.Store(err != nil)
	return err
}

// loadGraph reads what was set by calls of the Graph API. It is stored again,
// with the number at which calls go on: the next life begins behind that, even
// if nothing is set in this one, so that no id comes twice.
func (p *Platform) loadGraph() error {
	var doc json.RawMessage
	ok, err := p.loadState("graph", &doc)
	if err == nil && ok {
		err = p.graph.Restore(doc)
	}
	if err != nil {
		return err
	}
	if err := p.graph.RestoreFiles(); err != nil {
		return err
	}
	return p.storeGraph()
}
