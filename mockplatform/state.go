package mockplatform

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
	"github.com/seed-11445fa1/referee/schemas"
)

// State is what a platform was set up with: people, with their menus and who has their
// threads, what else the receiver set for Messenger, and the receiver, for SetState of
// another one. There are no secrets of the platform in it,
// which are options, and no ids of people, which follow from names and seed. What a bot
// itself put into its URL or its profile stands there as it is.
type State struct {
	People   []PersonState              `json:"people,omitempty" doc:"In the order in which they came"`
	Profile  map[string]json.RawMessage `json:"profile,omitempty" doc:"The Messenger profile by property, as the bot set it"`
	Personas []graph.PersonaSetup       `json:"personas,omitempty" doc:"In the order in which the bot made them"`
	Labels   []graph.LabelSetup         `json:"labels,omitempty" doc:"In the order in which the bot made them, with the names of their people"`
	Receiver ReceiverSetup              `json:"receiver,omitzero" doc:"Who gets the webhooks"`
}

// ReceiverSetup is where deliveries go, and what is delivered.
type ReceiverSetup struct {
	// URL is empty when nobody has subscribed.
	URL string `json:"url,omitempty"`
	// Verified reports that the URL answered the handshake.
	Verified bool `json:"verified,omitempty" doc:"Whether the URL has answered the handshake"`
	// Subscriptions are one for each object. Default: everything is delivered.
	Subscriptions []Subscribed `json:"subscriptions,omitempty" doc:"What is delivered; default: everything"`
}

// Subscribed is what is delivered of one object.
type Subscribed struct {
	Object   string            `json:"object" doc:"page or instagram"`
	Fields   []string          `json:"fields" doc:"The webhook fields; empty means all"`
	Versions map[string]string `json:"versions,omitempty" doc:"The versions of the Graph API that deliveries of a field carry, where they are not graph_version"`
}

// StateError says what is wrong at one place of a State.
type StateError struct {
	// Pointer is a JSON Pointer to it.
	Pointer string
	// Problem says what is wrong there, and what would be right.
	Problem string
}

// Error returns the place and the problem.
func (e *StateError) Error() string { return e.Pointer + ": " + e.Problem }

// State returns what the platform is set up with.
func (p *Platform) State() State {
	var s State
	set := p.graph.Setup()
	for _, person := range p.People() {
		doc := person.state()
		for _, id := range person.ids() {
			if doc.Menu == nil {
				doc.Menu = set.Menus[id]
			}
			doc.Owner = cmp.Or(doc.Owner, set.Owners[id])
		}
		s.People = append(s.People, doc)
	}
	s.Profile, s.Personas, s.Labels = set.Profile, set.Personas, set.Labels
	for i := range s.Labels {
		var names []string
		for _, id := range s.Labels[i].People {
			if person, ok := p.PersonByID(id); ok && !slices.Contains(names, person.Name) {
				names = append(names, person.Name)
			}
		}
		s.Labels[i].People = names
	}
	r := p.Receiver()
	s.Receiver = ReceiverSetup{URL: r.URL, Verified: r.Verified, Subscriptions: r.Subscriptions()}
	return s
}

// Subscriptions are what is delivered, by object; none is no nil, and means everything.
func (r ReceiverState) Subscriptions() []Subscribed {
	list := []Subscribed{}
	for _, object := range slices.Sorted(maps.Keys(r.Objects)) {
		list = append(list, Subscribed{Object: object, Fields: append([]string{}, r.Objects[object]...), Versions: r.Versions[object]})
	}
	return list
}

// CheckState says what SetState would refuse. It joins a *StateError for each place
// that is wrong.
func (p *Platform) CheckState(s State) error {
	var problems []error
	wrong := func(pointer, format string, args ...any) {
		problems = append(problems, &StateError{pointer, fmt.Sprintf(format, args...)})
	}
	first := map[string]int{}
	for i, person := range s.People {
		at := fmt.Sprintf("/people/%d", i)
		if before, twice := first[person.Name]; twice {
			wrong(at+"/name", "%q is the name of /people/%d already", person.Name, before)
		} else {
			first[person.Name] = i
		}
		if err := checkPerson(person.Name, cmp.Or(person.Kind, Ordinary)); err != nil {
			wrong(at, "%v", err)
		}
		if person.Events < 0 {
			wrong(at+"/events", "%d is negative", person.Events)
		}
	}
	for i, l := range s.Labels {
		for j, name := range l.People {
			at := fmt.Sprintf("/labels/%d/people/%d", i, j)
			if _, known := first[name]; !known {
				wrong(at, "%q is the name of nobody in people", name)
			} else if slices.Index(l.People, name) < j {
				wrong(at, "%q is there twice", name)
			}
		}
	}
	set := s.setup(func(i int, _ PersonState) string { return fmt.Sprint(i) }).Problems()
	for _, pointer := range slices.Sorted(maps.Keys(set)) {
		at := pointer
		for from, to := range map[string]string{"/menus/": "menu", "/owners/": "owner"} {
			if rest, ok := strings.CutPrefix(pointer, from); ok {
				person, more, _ := strings.Cut(rest, "/")
				at = strings.TrimSuffix("/people/"+person+"/"+to+"/"+more, "/")
			}
		}
		wrong(at, "%s", set[pointer])
	}
	problems = append(problems, s.Receiver.check(p.opts.Catalogue.Ever())...)
	return errors.Join(problems...)
}

// setup is what receivers set of a state, with people by these ids.
func (s State) setup(id func(i int, person PersonState) string) graph.Setup {
	u := graph.Setup{Profile: s.Profile, Personas: s.Personas, Menus: map[string]json.RawMessage{}, Owners: map[string]string{}}
	ids := map[string]string{}
	for i, person := range s.People {
		ids[person.Name] = id(i, person)
		if person.Menu != nil {
			u.Menus[ids[person.Name]] = person.Menu
		}
		if person.Owner != "" {
			u.Owners[ids[person.Name]] = person.Owner
		}
	}
	for _, l := range s.Labels {
		of := graph.LabelSetup{ID: l.ID, Name: l.Name}
		for _, name := range l.People {
			of.People = append(of.People, ids[name])
		}
		u.Labels = append(u.Labels, of)
	}
	return u
}

// check says what cannot be.
func (r ReceiverSetup) check(c *schemas.Catalogue) (problems []error) {
	wrong := func(pointer, format string, args ...any) {
		problems = append(problems, &StateError{"/receiver" + pointer, fmt.Sprintf(format, args...)})
	}
	if r.URL == "" && (r.Verified || len(r.Subscriptions) > 0) {
		wrong("", "there is no url that could be verified or get anything")
	}
	if r.URL != "" {
		if err := delivery.CheckURL(r.URL); err != nil {
			wrong("/url", "%v", err)
		}
	}
	objects := map[string]bool{}
	for i, s := range r.Subscriptions {
		at := fmt.Sprintf("/subscriptions/%d", i)
		if s.Object == "" || objects[s.Object] {
			wrong(at+"/object", "%q is no object of its own; each has one subscription", s.Object)
		}
		objects[s.Object] = true
		if err := (Subscription{Fields: s.Fields, Versions: s.Versions}).checkVersions(c, s.Object); err != nil {
			wrong(at+"/versions", "%v", err)
		}
	}
	return problems
}

// doc is the receiver that was never tried.
func (r ReceiverSetup) doc() receiverDoc {
	doc := receiverDoc{URL: r.URL, Verified: r.Verified, Health: outbox.Active}
	for _, s := range r.Subscriptions {
		if doc.Objects == nil {
			doc.Objects, doc.Versions = map[string][]string{}, map[string]map[string]string{}
		}
		doc.Objects[s.Object], doc.Versions[s.Object] = slices.Clone(s.Fields), maps.Clone(s.Versions)
	}
	return doc
}

// SetState sets a platform up, in the place of what it was set up with. Health, pending
// deliveries and journal are no part of it: a receiver begins active. After an error
// nothing has changed; it is that of CheckState, or that the platform has a Store, which
// has a state of its own.
func (p *Platform) SetState(s State) error {
	if p.opts.Store != nil {
		return errors.New("a platform with a store has the state that is in the store")
	}
	if err := p.CheckState(s); err != nil {
		return err
	}
	p.resetting.Lock()
	defer p.resetting.Unlock()
	p.people.mu.Lock()
	p.people.list, p.people.name, p.people.id = nil, nil, nil
	for i, doc := range s.People {
		doc.Kind = cmp.Or(doc.Kind, Ordinary)
		if doc.Since.IsZero() {
			doc.Since = p.Now()
		}
		p.people.put(i, p.person(doc))
	}
	p.people.mu.Unlock()
	p.graph.SetUp(s.setup(func(_ int, doc PersonState) string {
		if doc.Kind == Guest {
			return p.Session(doc.Name).GuestID
		}
		return p.Session(doc.Name).PSID // by which bots name whom they set something for
	}))
	err := p.changeReceiver(func(doc *receiverDoc) { *doc = s.Receiver.doc() })
	p.outbox.Restart()
	return err
}
