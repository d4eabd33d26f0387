package graph

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
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
	n := s.Person(c.path[0]).node()
	n.values["profile_pic"] = pictureURL(c.base, n.id)
	n.edges = map[string]func(field) (any, error){
		"picture":       func(field) (any, error) { return pictureNode(pictureURL(c.base, n.id)), nil },
		"custom_labels": func(f field) (any, error) { return c.expand(s.labelList(n.id, n.id), f) },
	}
	return s.node(c, n, "first_name", "last_name", "profile_pic")
}

// isSomebody reports whether a number is the id of a person.
func (s *Server) isSomebody(id string) bool { return s.opts.Known == nil || s.opts.Known(id) }

// Person is a simulated person, as the User Profile API shows one.
type Person struct {
	ID        string `json:"id"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Name      string `json:"name"`
	// Username, and what follows it, is what Instagram shows of somebody:
	// https://developers.facebook.com/docs/messenger-platform/instagram/features/user-profile
	Username  string `json:"username"`
	Followers int    `json:"follower_count"`
	// Follows is whether the person follows the business, Followed the other way
	// round.
	Follows  bool `json:"is_user_follow_business"`
	Followed bool `json:"is_business_follow_user"`
	Verified bool `json:"is_verified_user"`
	// Locale is one such as "en_US".
	Locale string `json:"locale"`
	// Timezone is in hours ahead of UTC.
	Timezone float64 `json:"timezone"`
	// Gender is "female" or "male".
	Gender string `json:"gender"`
}

// Person returns whom an id names, the same for the same seed. Every id is
// somebody. Who was given a name of one word has a surname that is made up.
func (s *Server) Person(id string) Person {
	facts := aboutPeople()
	about := ids{seed: s.opts.Seed} // of no call: those have numbers from 1
	index := func(label string, n int) int { return int(about.number(label+" of "+id) % uint64(n)) }
	first := facts.FirstNames[index("first name", len(facts.FirstNames))]
	last := facts.LastNames[index("last name", len(facts.LastNames))]
	if s.opts.Named != nil {
		if given, rest, _ := strings.Cut(strings.Join(strings.Fields(s.opts.Named(id)), " "), " "); given != "" {
			first.Name, last = given, cmp.Or(rest, last)
		}
	}
	place := facts.Places[index("place", len(facts.Places))]
	followers := index("followers", 5000)
	return Person{
		ID: id, FirstName: first.Name, LastName: last, Name: first.Name + " " + last,
		Username: "referee." + id[max(0, len(id)-8):], Followers: followers, Follows: followers%2 == 0, Followed: followers%3 == 0, Verified: followers%50 == 0,
		Locale: place.Locale, Timezone: place.Timezone, Gender: first.Gender,
	}
}

func (p Person) node() node {
	return node{kind: userKind, id: p.ID, values: map[string]any{
		"first_name": p.FirstName, "last_name": p.LastName, "name": p.Name,
		"username": p.Username, "follower_count": p.Followers,
		"is_user_follow_business": p.Follows, "is_business_follow_user": p.Followed, "is_verified_user": p.Verified,
		"locale": p.Locale, "timezone": p.Timezone, "gender": p.Gender,
	}}
}
