package mockplatform

import (
	"cmp"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
)

// Identity is who somebody is: what the Graph API shows of the person, and what
// only the person can tell.
type Identity struct {
	graph.Person
	// Phone is in E.164, of the numbers that are kept for fiction. Email is below
	// example.com.
	Phone, Email string
	// Picture is the URL of the portrait; empty before Start.
	Picture string
}

// Identity returns who a person is, the same for the same name and seed.
func (p *Platform) Identity(person Person) Identity {
	who := Identity{Person: p.graph.Person(person.PSID)}
	who.Phone = "+120255501" + person.Token("phone")[14:]
	who.Email = cmp.Or(mailName(who.Name), person.Tag) + "@example.com"
	if base := p.GraphURL(); base != "" {
		who.Picture = base + graph.PicturePath(person.PSID)
	}
	return who
}

// mailName is a name as it can stand before the @ of an address.
func mailName(name string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r == ' ':
			return '.'
		}
		return -1
	}, strings.ToLower(name)), ".")
}

// nameOf is the name that the person of an id was given; empty for whom the platform
// knows by the id alone.
func (p *Platform) nameOf(id string) string {
	person, _ := p.PersonByID(id)
	return person.Name
}
