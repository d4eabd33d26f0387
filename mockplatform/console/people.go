package console

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/console/conversation"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// PersonView is somebody who talks to the page.
type PersonView struct {
	Name    string    `json:"name" doc:"Names the person in this API; the same name and seed have the same ids"`
	Kind    string    `json:"kind" enum:"person,visitor,guest,instagram" doc:"Whether a receiver knows the person by a page-scoped id, a user_ref, a guest's id, or an Instagram-scoped id"`
	ID      string    `json:"id" doc:"What a receiver knows the person by"`
	PSID    string    `json:"psid"`
	UserRef string    `json:"user_ref"`
	GuestID string    `json:"guest_id"`
	Since   time.Time `json:"since" doc:"When the platform first heard of the person"`
	Events  int       `json:"events" doc:"How many events were emitted for the person"`
	Blocked bool      `json:"blocked" doc:"Whether the person has blocked the page; then messages get the error that Meta has for it"`
	// Identity is the same in the Graph API.
	Identity Identity `json:"identity" doc:"Who the person is, as GET /{psid} of the Graph API says, and what the person's quick replies send"`
}

// Identity is who somebody is.
type Identity struct {
	Name      string `json:"name"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Locale    string `json:"locale"`
	Phone     string `json:"phone"`
	Email     string `json:"email"`
	Picture   string `json:"picture" doc:"The address of the portrait"`
}

// NewPerson is somebody to be made known.
type NewPerson struct {
	Name string `json:"name" minLength:"1" maxLength:"60"`
	Kind string `json:"kind,omitempty" enum:"person,visitor,guest,instagram" default:"person"`
}

// Blocking says whether a person blocks the page.
type Blocking struct {
	Blocked bool `json:"blocked"`
}

// ThreadView is a person's conversation with the page.
type ThreadView struct {
	Person  PersonView           `json:"person"`
	Thread  conversation.Thread  `json:"thread"`
	Profile conversation.Profile `json:"profile" doc:"What the bot set for threads"`
	// Fresh threads show the welcome screen.
	Fresh bool `json:"fresh" doc:"Whether the person has not done anything yet, so that the welcome screen shows"`
	// LostBefore is 0 for a thread that is whole.
	LostBefore uint64 `json:"lost_before,omitempty" doc:"Set if the journal was full and has dropped the beginning of the thread: the number of the oldest exchange that it has"`
}

type (
	peopleOutput struct{ Body []PersonView }
	personOutput struct{ Body PersonView }
	threadOutput struct{ Body ThreadView }
)

// Named is the part of a path that names a person.
type Named struct {
	Name string `path:"name" maxLength:"60" doc:"The name of a person"`
}

func (s *Server) registerPeople() {
	huma.Register(s.api, huma.Operation{
		OperationID: "list-people", Method: http.MethodGet, Path: apiPrefix + "people", Tags: []string{"people"},
		Summary: "Everybody whom the platform knows",
	}, func(context.Context, *struct{}) (*peopleOutput, error) {
		out := &peopleOutput{Body: []PersonView{}}
		for _, p := range s.platform.People() {
			out.Body = append(out.Body, s.personView(p))
		}
		return out, nil
	})
	huma.Register(s.api, huma.Operation{
		OperationID: "add-person", Method: http.MethodPost, Path: apiPrefix + "people", Tags: []string{"people"},
		Summary: "Make somebody known, or change what kind of person somebody is", DefaultStatus: http.StatusCreated,
	}, func(_ context.Context, in *struct{ Body NewPerson }) (*personOutput, error) {
		name := strings.TrimSpace(in.Body.Name)
		if name == "" {
			return nil, huma.Error422UnprocessableEntity("a person needs a name that is more than spaces")
		}
		p, err := s.platform.AddPerson(name, mockplatform.PersonKind(in.Body.Kind))
		if err != nil {
			return nil, failed(err, http.StatusUnprocessableEntity)
		}
		return &personOutput{s.personView(p)}, nil
	})
	huma.Register(s.api, huma.Operation{
		OperationID: "get-person", Method: http.MethodGet, Path: apiPrefix + "people/{name}", Tags: []string{"people"},
		Summary: "A person and the ids by which a receiver knows them",
	}, func(_ context.Context, in *Named) (*personOutput, error) {
		p, err := s.person(in.Name)
		return &personOutput{s.personView(p)}, err
	})
	huma.Register(s.api, huma.Operation{
		OperationID: "block-page", Method: http.MethodPut, Path: apiPrefix + "people/{name}/block", Tags: []string{"people"},
		Summary: "Let a person block the page, or take that back", Description: "Messages to who has blocked the page are refused with 551/1545041.",
	}, func(_ context.Context, in *struct {
		Named
		Body Blocking
	}) (*personOutput, error) {
		p, err := s.person(in.Name)
		if err != nil {
			return nil, err
		}
		if p, err = s.platform.Block(p.Name, in.Body.Blocked); err != nil {
			return nil, failed(err, http.StatusInternalServerError)
		}
		return &personOutput{s.personView(p)}, nil
	})
	huma.Register(s.api, huma.Operation{
		OperationID: "get-thread", Method: http.MethodGet, Path: apiPrefix + "people/{name}/thread", Tags: []string{"people"},
		Summary: "The conversation as Messenger shows it, read from the journal",
	}, func(_ context.Context, in *struct {
		Named
		Items int `query:"items" minimum:"1" maximum:"10000" default:"300" doc:"How many of the newest items to answer"`
	}) (*threadOutput, error) {
		p, err := s.person(in.Name)
		if err != nil {
			return nil, err
		}
		return &threadOutput{s.thread(p, in.Items)}, nil
	})
	huma.Register(s.api, huma.Operation{
		OperationID: "act", Method: http.MethodPost, Path: apiPrefix + "people/{name}/actions", Tags: []string{"people"},
		Summary:     "Let a person do something in Messenger",
		Description: "The action becomes the event that Meta documents for it. Somebody whose thread is new gets the welcome screen where the bot set a Get Started button: there, a link, an ad or a code arrives with the postback of that button.",
	}, func(ctx context.Context, in *struct {
		Named
		Body Action
	}) (*emittedOutput, error) {
		p, err := s.person(in.Name)
		if err != nil {
			return nil, err
		}
		e, err := in.Body.emission(scene{
			person: p, who: s.platform.Identity(p), getStarted: s.profileOf(p).GetStarted,
			thread: func() conversation.Thread { return s.thread(p, mostItems).Thread },
		})
		var missing *missingError
		switch {
		case errors.As(err, &missing):
			return nil, huma.Error422UnprocessableEntity(err.Error())
		case err != nil:
			return nil, huma.Error409Conflict(err.Error())
		}
		e.Async = in.Body.Async
		return s.emit(ctx, e)
	})
}

// mostItems is how many items a thread can have.
const mostItems = 10000

// person returns whom the platform knows by this name.
func (s *Server) person(name string) (mockplatform.Person, error) {
	for _, p := range s.platform.People() {
		if p.Name == name {
			return p, nil
		}
	}
	return mockplatform.Person{}, huma.Error404NotFound(fmt.Sprintf("the platform knows nobody called %q: add a person of this name (POST %speople)", name, apiPrefix))
}

func (s *Server) personView(p mockplatform.Person) PersonView {
	who := s.platform.Identity(p)
	return PersonView{
		Name: p.Name, Kind: string(p.Kind), ID: p.ID(), PSID: p.PSID, UserRef: p.UserRef, GuestID: p.GuestID, Since: p.Since, Events: p.Events,
		Blocked:  p.Blocked,
		Identity: Identity{Name: who.Name, FirstName: who.FirstName, LastName: who.LastName, Locale: who.Locale, Phone: who.Phone, Email: who.Email, Picture: who.Picture},
	}
}

// thread reads a person's conversation from the journal.
func (s *Server) thread(p mockplatform.Person, most int) ThreadView {
	who := conversation.Identity{p.PSID, p.UserRef, p.GuestID}
	exchanges := s.platform.Journal().Find(func(x journal.Exchange) bool {
		// A delivery of one event names whom it is of; one of several, or one that
		// was sent again, may have events of others.
		return x.Kind == journal.Delivery && (p.Is(x.Person) || len(x.Variants) != 1) || x.Kind == journal.Send && p.Is(x.Person)
	})
	t := conversation.Of(exchanges, who, s.platform.Now(), most)
	for _, item := range t.Items {
		if item.Persona != nil {
			item.Persona.Name, item.Persona.Picture, _ = s.platform.Persona(item.Persona.ID)
		}
	}
	return ThreadView{
		Person: s.personView(p), Thread: t, Profile: s.profileOf(p),
		Fresh:      t.Omitted == 0 && p.Contact.IsZero() && !slices.ContainsFunc(t.Items, func(i conversation.Item) bool { return i.From == conversation.Person }),
		LostBefore: s.lostBefore(p),
	}
}

// lostBefore is the number before which the journal has dropped something of a person's
// thread; 0 where it has not.
func (s *Server) lostBefore(p mockplatform.Person) uint64 {
	if !s.platform.Lost(p) {
		return 0
	}
	oldest, _ := s.platform.Journal().Page(journal.Query{Limit: 1, Oldest: true})
	for _, x := range oldest {
		return x.Seq
	}
	return 0
}

// profile is what the bot set of the Messenger profile for everybody.
func (s *Server) profile() conversation.Profile {
	return conversation.ReadProfile(s.platform.Profile(), "default")
}

// profileOf is what somebody sees of the Messenger profile.
func (s *Server) profileOf(p mockplatform.Person) conversation.Profile {
	who, properties := s.platform.Identity(p), s.platform.Profile()
	if menu := s.platform.Menu(p.PSID); menu != nil { // which takes the place of the page's
		properties = maps.Collect(maps.All(properties)) // also where there are none
		properties["persistent_menu"] = menu
	}
	return conversation.ReadProfile(properties, who.Locale).For(who.FirstName, who.LastName, who.Name)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
