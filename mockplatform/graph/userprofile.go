package graph

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/url"
	"sync"
)

//go:embed people.json
var peopleData []byte

// peopleFacts are the parts of which profiles are made. Most names need an
// escape in JSON, as Meta writes it.
type peopleFacts struct {
	FirstNames []struct{ Name, Gender string } `json:"first_names"`
	LastNames  []string                        `json:"last_names"`
	Places     []struct {
		Locale   string
		Timezone float64 // hours ahead of UTC
	}
}

var aboutPeople = sync.OnceValue(func() peopleFacts {
	var facts peopleFacts
	if err := json.Unmarshal(peopleData, &facts); err != nil {
		panic(fmt.Sprintf("people.json: %v", err))
	}
	return facts
})

// userProfile is GET /{psid}, the User Profile API:
// https://developers.facebook.com/docs/messenger-platform/identity/user-profile
//
// What is not a number, such as the user_ref of a chat plugin's visitor, and whom
// Options.Known does not know, is an unknown object and does not come here.
func (s *Server) userProfile(c *call) answer {
	return s.node(c, s.Person(c.path[0]).node(), "first_name", "last_name", "profile_pic")
}

// isSomebody reports whether a number is the id of a person.
func (s *Server) isSomebody(id string) bool { return s.opts.Known == nil || s.opts.Known(id) }

// Person is a simulated person, as the User Profile API shows one.
type Person struct {
	ID        string `json:"id"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Name      string `json:"name"`
	// Picture is a URL of Meta's form, at which there is no picture.
	Picture string `json:"profile_pic"`
	// Locale is one such as "en_US".
	Locale string `json:"locale"`
	// Timezone is in hours ahead of UTC.
	Timezone float64 `json:"timezone"`
	// Gender is "female" or "male".
	Gender string `json:"gender"`
}

// Person returns whom an id names, the same for the same seed. Every id is
// somebody.
func (s *Server) Person(id string) Person {
	facts := aboutPeople()
	about := ids{seed: s.opts.Seed} // of no call: those have numbers from 1
	index := func(label string, n int) int { return int(about.number(label+" of "+id) % uint64(n)) }
	first := facts.FirstNames[index("first name", len(facts.FirstNames))]
	last := facts.LastNames[index("last name", len(facts.LastNames))]
	place := facts.Places[index("place", len(facts.Places))]
	picture := url.Values{"psid": {id}, "width": {"1024"}, "hash": {about.text("picture of "+id, 22)}}
	return Person{
		ID: id, FirstName: first.Name, LastName: last, Name: first.Name + " " + last,
		Picture: "https://platform-lookaside.fbsbx.com/platform/profilepic/?" + picture.Encode(),
		Locale:  place.Locale, Timezone: place.Timezone, Gender: first.Gender,
	}
}

func (p Person) node() node {
	return node{kind: userKind, id: p.ID, values: map[string]any{
		"first_name": p.FirstName, "last_name": p.LastName, "name": p.Name,
		"profile_pic": p.Picture, "locale": p.Locale, "timezone": p.Timezone, "gender": p.Gender,
	}}
}
