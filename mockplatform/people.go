package mockplatform

import (
	"slices"
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

// Is reports whether id, as it stands in an exchange, means this person.
func (p Person) Is(id string) bool {
	return id != "" && (id == p.PSID || id == p.UserRef || id == p.GuestID)
}

// AddPerson makes somebody known to the platform, or changes what kind of person
// somebody is.
func (p *Platform) AddPerson(name string, kind PersonKind) (Person, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	person := Person{Session: p.Session(name), Kind: kind, Since: p.Now()}
	p.people = append(p.people, person)
	return person, nil
}

// Person returns who has this name: an ordinary person if the platform did not
// know the name.
func (p *Platform) Person(name string) (Person, error) {
	for _, person := range p.People() {
		if person.Name == name {
			return person, nil
		}
	}
	return p.AddPerson(name, Ordinary)
}

// People returns everybody whom the platform knows, in the order in which it
// came to know them.
func (p *Platform) People() []Person {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.people)
}

// PersonByID returns whom an id or a user_ref in an exchange means.
func (p *Platform) PersonByID(id string) (Person, bool) {
	for _, person := range p.People() {
		if person.Is(id) {
			return person, true
		}
	}
	return Person{}, false
}
