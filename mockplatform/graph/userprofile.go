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
// Every number is somebody: the platform makes up as many people as it is asked
// for. What is not a number, such as the user_ref of a chat plugin's visitor, is
// an unknown object and does not come here.
func (s *Server) userProfile(c *call) answer {
	return s.reply(c, nodeFields(c, s.person(c.path[0]), "first_name", "last_name", "profile_pic"))
}

// person returns the profile of whom an id names.
func (s *Server) person(id string) map[string]any {
	facts := aboutPeople()
	about := ids{seed: s.opts.Seed} // of no call: those have numbers from 1
	index := func(label string, n int) int { return int(about.number(label+" of "+id) % uint64(n)) }
	first := facts.FirstNames[index("first name", len(facts.FirstNames))]
	last := facts.LastNames[index("last name", len(facts.LastNames))]
	place := facts.Places[index("place", len(facts.Places))]
	picture := url.Values{"psid": {id}, "width": {"1024"}, "hash": {about.text("picture of "+id, 22)}}
	return map[string]any{
		"id":          id,
		"first_name":  first.Name,
		"last_name":   last,
		"name":        first.Name + " " + last,
		"profile_pic": "https://platform-lookaside.fbsbx.com/platform/profilepic/?" + picture.Encode(),
		"locale":      place.Locale,
		"timezone":    place.Timezone,
		"gender":      first.Gender,
	}
}
