package graph

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
)

// Setup is what receivers set with their calls, of what a platform can be set up with.
// People are ids.
type Setup struct {
	// Profile is the Messenger profile by property.
	Profile  map[string]json.RawMessage
	Personas []PersonaSetup
	Labels   []LabelSetup
	// Menus are the persistent menus of single people, and Owners the apps that have the
	// threads with people, where that is not the receiver's.
	Menus  map[string]json.RawMessage
	Owners map[string]string
}

// PersonaSetup is a name and a picture under which a receiver sends.
type PersonaSetup struct {
	ID      string `json:"id" doc:"By which the bot names it"`
	Name    string `json:"name"`
	Picture string `json:"profile_picture_url"`
}

// LabelSetup is a name that a receiver gives to people, for itself.
type LabelSetup struct {
	ID     string   `json:"id" doc:"By which the bot names it"`
	Name   string   `json:"name"`
	People []string `json:"people,omitempty" doc:"Who has it"`
}

// Setup is what is set. The caller owns what it gets.
func (s *Server) Setup() Setup {
	var u Setup
	s.inspect(func(m *memory) {
		u.Profile, u.Menus, u.Owners = maps.Clone(m.Profile), maps.Clone(m.Menus), maps.Clone(m.Threads)
		for _, p := range m.Personas {
			u.Personas = append(u.Personas, PersonaSetup(p))
		}
		for _, l := range m.Labels {
			u.Labels = append(u.Labels, LabelSetup{l.ID, l.Name, slices.Clone(l.People)})
		}
	})
	return u
}

// SetUp makes a setup without problems the one that is set. Uploads, subscriptions and
// welcome message flows stay as they are.
func (s *Server) SetUp(u Setup) {
	s.change(0, func(m *memory) {
		m.Profile, m.Menus, m.Threads = maps.Clone(u.Profile), maps.Clone(u.Menus), nil
		for person, app := range u.Owners {
			if app != s.opts.AppID {
				put(&m.Threads, person, app)
			}
		}
		m.Personas, m.Labels = nil, nil
		for _, p := range u.Personas {
			m.Personas = append(m.Personas, persona(p))
		}
		for _, l := range u.Labels {
			m.Labels = append(m.Labels, label{l.ID, l.Name, slices.Clone(l.People)})
		}
	})
}

// Problems says what is wrong with a setup that did not come by calls: problems by JSON
// Pointers, "/profile/get_started/payload". Those of people begin with "/menus/" or
// "/owners/" and the id.
func (u Setup) Problems() map[string]string {
	problems := map[string]string{}
	for name := range u.Profile {
		if !slices.Contains(profileProperties(), name) {
			problems["/profile"+schemas.Pointer(name)] = "is none of " + strings.Join(profileProperties(), ", ")
		}
	}
	if len(u.Profile) > 0 {
		held(problems, "messenger-profile.request", u.Profile, "/profile", "")
	}
	ids := map[string]string{}
	known := func(at, id string) {
		switch first, twice := ids[id]; {
		case !isNumber(id):
			problems[at+"/id"] = fmt.Sprintf("%q is no id, which is a number in quotes", id)
		case twice:
			problems[at+"/id"] = fmt.Sprintf("%s is the id of %s already", id, first)
		default:
			ids[id] = at
		}
	}
	for i, p := range u.Personas {
		at := fmt.Sprintf("/personas/%d", i)
		known(at, p.ID)
		held(problems, "persona.request", map[string]string{"name": p.Name, "profile_picture_url": p.Picture}, at, "")
	}
	for i, l := range u.Labels {
		at := fmt.Sprintf("/labels/%d", i)
		known(at, l.ID)
		if l.Name == "" {
			problems[at+"/name"] = "is empty, must be the name of the label"
		}
	}
	for person, menu := range u.Menus {
		held(problems, "custom-user-settings.request", map[string]any{"psid": "1", "persistent_menu": menu}, "/menus/"+person, "/persistent_menu")
	}
	for person, app := range u.Owners {
		if !isNumber(app) {
			problems["/owners/"+person] = fmt.Sprintf("%q is no id of an app, which is a number in quotes", app)
		}
	}
	if m := (memory{Profile: u.Profile, Menus: u.Menus, Threads: u.Owners}); len(problems) == 0 {
		for _, p := range u.Personas {
			m.Personas = append(m.Personas, persona(p))
		}
		for _, l := range u.Labels {
			m.Labels = append(m.Labels, label(l))
		}
		if m.weight() > maxKept/2 {
			problems[""] = fmt.Sprintf("has more than the %d MiB of what a bot sets that are kept", maxKept>>21)
		}
	}
	return problems
}

// held holds a document to a schema. What is wrong with it is a problem at its place, with
// the first part of its pointer cut off.
func held(problems map[string]string, schema string, document any, at, cut string) {
	text, err := json.Marshal(document)
	if err == nil {
		err = schemas.Validate(schema, text)
	}
	var invalid *schemas.ValidationError
	switch {
	case errors.As(err, &invalid):
		for _, p := range invalid.Problems {
			if pointer := at + strings.TrimPrefix(p.Pointer, cut); problems[pointer] == "" {
				problems[pointer] = p.Message
			}
		}
	case err != nil:
		problems[at] = err.Error()
	}
}

// fresh is the id of an object of a call that nothing has that is set: what a platform was
// set up with has ids of calls of another one.
func (s *Server) fresh(c *call, kind string) string {
	id := c.object(kind)
	for n := 2; s.isPersona(id) || s.isLabel(id); n++ {
		id = c.object(fmt.Sprintf("%s %d", kind, n))
	}
	return id
}
