package mockplatform

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
)

// PersonKind says as what somebody talks to the page.
type PersonKind string

const (
	// Ordinary is somebody with an account, known by a page-scoped id.
	Ordinary PersonKind = "person"
	// Visitor is a visitor of a site with the chat plugin, known by a user_ref
	// until there is a page-scoped id.
	Visitor PersonKind = "visitor"
	// Guest is a visitor who chats without an account, known by an id of a guest.
	Guest PersonKind = "guest"
	// Instagram is somebody who writes to the account on Instagram that belongs to the
	// page, known by an id of the form of a page-scoped one.
	Instagram PersonKind = "instagram"
)

// Person is somebody who talks to the page.
type Person struct {
	// Session has the ids, the same for the same name and seed.
	event.Session
	Kind PersonKind
	// Since is when the platform first heard of the person.
	Since time.Time
	// Events is how many events were emitted for the person.
	Events int
	// Contact is when the person last did what opens the window in which the page may
	// write for 24 hours; zero for never.
	Contact time.Time
	// Blocked says that the person has blocked the page: messages to the person get
	// the error that Meta has for it.
	Blocked bool

	instagram bool // the thread is on Instagram, as what the person did last
}

// ID is what a receiver knows the person by: the page-scoped id, a visitor's
// user_ref or a guest's id.
func (p Person) ID() string {
	switch p.Kind {
	case Visitor:
		return p.UserRef
	case Guest:
		return p.GuestID
	}
	return p.PSID
}

// ids are all by which a receiver may name the person.
func (p Person) ids() []string { return []string{p.PSID, p.UserRef, p.GuestID} }

// Is reports whether id, as it stands in an exchange, means this person.
func (p Person) Is(id string) bool {
	return id != "" && slices.Contains(p.ids(), id)
}

// people are those whom the platform knows.
type people struct {
	mu   sync.Mutex
	list []*Person // in the order in which they came

	name map[string]int // where they stand in the list
	id   map[string]int
}

// PersonState is a person in a State, and the document "people/N" of the store; "people"
// is their number.
type PersonState struct {
	Name    string     `json:"name" doc:"From which the ids follow, with the seed"`
	Kind    PersonKind `json:"kind,omitempty" enum:"person,visitor,guest" doc:"Default: person"`
	Since   time.Time  `json:"since,omitzero" doc:"When the platform first heard of the person; default: now"`
	Events  int        `json:"events,omitempty" doc:"How many events were emitted for the person; the ids of the next follow from it"`
	Contact time.Time  `json:"contact,omitzero" doc:"When the person last did what opens the window of 24 hours; default: never"`

	Blocked   bool `json:"blocked,omitempty" doc:"Whether the person has blocked the page"`
	Instagram bool `json:"instagram,omitempty" doc:"Whether the thread is on Instagram"`

	// Menu and Owner are kept with what bots set, and not with people.
	Menu  json.RawMessage `json:"menu,omitempty" doc:"The persistent menu that the bot set for this person alone, as in a Messenger profile"`
	Owner string          `json:"owner,omitempty" doc:"The id of the app that has the thread; default: the bot's"`
}

// state is the person as it is kept.
func (p Person) state() PersonState {
	return PersonState{
		Name: p.Name, Kind: p.Kind, Since: p.Since, Events: p.Events, Contact: p.Contact, Blocked: p.Blocked, Instagram: p.instagram,
	}
}

// person is who was kept.
func (p *Platform) person(s PersonState) Person {
	return Person{
		Session: p.Session(s.Name), Kind: s.Kind, Since: s.Since, Events: s.Events, Contact: s.Contact, Blocked: s.Blocked, instagram: s.Instagram,
	}
}

// AddPerson makes somebody known to the platform, or changes what kind of person
// somebody is.
func (p *Platform) AddPerson(name string, kind PersonKind) (Person, error) {
	if err := checkPerson(name, kind); err != nil {
		return Person{}, err
	}
	p.people.mu.Lock()
	defer p.people.mu.Unlock()
	return p.changePerson(name, func(person *Person) { person.Kind = kind })
}

// checkPerson says who nobody can be.
func checkPerson(name string, kind PersonKind) error {
	if name == "" {
		return errors.New("a person needs a name")
	}
	if name == "." || name == ".." {
		return fmt.Errorf("%q is no name: it cannot stand in an address", name)
	}
	if !slices.Contains([]PersonKind{Ordinary, Visitor, Guest, Instagram}, kind) {
		return fmt.Errorf("%s: the kind %q is none of %s, %s, %s and %s", name, kind, Ordinary, Visitor, Guest, Instagram)
	}
	return nil
}

// Person returns the person of this name: an ordinary one if the platform did not
// know the name.
func (p *Platform) Person(name string) (Person, error) {
	if name == "" {
		return Person{}, errors.New("a person needs a name")
	}
	p.people.mu.Lock()
	defer p.people.mu.Unlock()
	if i, ok := p.people.name[name]; ok {
		return *p.people.list[i], nil
	}
	return p.changePerson(name, func(*Person) {})
}

// Block lets somebody block the page, or take that back.
func (p *Platform) Block(name string, blocked bool) (Person, error) {
	if name == "" {
		return Person{}, errors.New("a person needs a name")
	}
	p.people.mu.Lock()
	defer p.people.mu.Unlock()
	return p.changePerson(name, func(person *Person) { person.Blocked = blocked })
}

// nextEvent counts an event of a person, whom it returns with the new count and with what
// noting changes.
func (p *Platform) nextEvent(name string, noting func(*Person)) (Person, error) {
	p.people.mu.Lock()
	defer p.people.mu.Unlock()
	return p.changePerson(name, func(person *Person) {
		person.Events++
		noting(person)
	})
}

// changePerson changes somebody, who comes to be known if need be. It is stored
// first: after an error nothing has changed. It is called under the lock.
func (p *Platform) changePerson(name string, change func(*Person)) (Person, error) {
	i, known := p.people.name[name]
	var person Person
	if known {
		person = *p.people.list[i]
	} else {
		i = len(p.people.list)
		person = Person{Session: p.Session(name), Kind: Ordinary, Since: p.Now()}
	}
	change(&person)
	if err := p.saveState(fmt.Sprintf("people/%d", i), person.state()); err != nil {
		return Person{}, err
	}
	if !known {
		if err := p.saveState("people", i+1); err != nil {
			return Person{}, err
		}
	}
	p.people.put(i, person)
	return person, nil
}

// put makes person number i known, or replaces the one of that number.
func (all *people) put(i int, person Person) {
	if i < len(all.list) {
		*all.list[i] = person
		return
	}
	if all.name == nil {
		all.name, all.id = map[string]int{}, map[string]int{}
	}
	all.list = append(all.list, &person)
	all.name[person.Name] = i
	for _, id := range person.ids() {
		all.id[id] = i
	}
}

// loadPeople reads the people who are stored.
func (p *Platform) loadPeople() error {
	var n int
	if _, err := p.loadState("people", &n); err != nil {
		return err
	}
	for i := range n {
		key := fmt.Sprintf("people/%d", i)
		var doc PersonState
		ok, err := p.loadState(key, &doc)
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("the store is damaged: it has %d people, but not %s", n, key)
		}
		p.people.put(i, p.person(doc))
	}
	return nil
}

// People returns everybody whom the platform knows, in the order in which it
// came to know them.
func (p *Platform) People() []Person {
	p.people.mu.Lock()
	defer p.people.mu.Unlock()
	list := make([]Person, len(p.people.list))
	for i, person := range p.people.list {
		list[i] = *person
	}
	return list
}

// PersonByID returns whom an id or a user_ref in an exchange means.
func (p *Platform) PersonByID(id string) (Person, bool) {
	p.people.mu.Lock()
	defer p.people.mu.Unlock()
	i, ok := p.people.id[id]
	if !ok {
		return Person{}, false
	}
	return *p.people.list[i], true
}

// Lost reports whether the journal, which was full, has dropped something of what a person
// said or was told. Of what an earlier life of the platform dropped it is not known whose
// it was: there who did anything counts as one who lost something by it.
func (p *Platform) Lost(person Person) bool {
	since := person.Since
	if person.Events == 0 { // and has nothing that could be missing among what is nobody's
		since = p.Now().Add(time.Nanosecond)
	}
	return p.journal.Lost(since, person.ids()...)
}
