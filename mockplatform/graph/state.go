package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// maxKept is how many bytes of what receivers set are kept, of all of it
// together. Then calls that would add something get the error of a rate limit.
const maxKept = 8 << 20

// perEntry is what each thing that is kept weighs by itself.
const perEntry = 64

// callsAhead is by how much the numbers of calls go on after a restore: more than
// there can have been after the document was written, whose ids must not come
// again.
const callsAhead = 1 << 32

// memory is what receivers set, in the form in which it is kept on disk. Its
// zero value is that of an app that was set up before the receiver started.
type memory struct {
	// Calls is how many calls there were when it was written.
	Calls uint64 `json:"calls"`
	// Profile is the Messenger profile by property.
	Profile map[string]json.RawMessage `json:"messenger_profile,omitempty"`
	// Unsubscribed is true when the app left the page's subscribed apps.
	Unsubscribed bool `json:"unsubscribed,omitempty"`
	// SubscribedFields are the page's fields that the app asked for. Nil: those
	// that it has at first.
	SubscribedFields []string `json:"subscribed_fields,omitempty"`
	// Subscriptions are the app's, one for each object.
	Subscriptions []appSubscription `json:"subscriptions,omitempty"`
	// Personas are in the order of their making.
	Personas []persona `json:"personas,omitempty"`
	// Labels and Flows are in the order of their making.
	Labels []label `json:"labels,omitempty"`
	Flows  []flow  `json:"welcome_message_flows,omitempty"`
	// Threads are those that were passed on: person to app.
	Threads map[string]string `json:"threads,omitempty"`
	// Attachments are the ids of those that can be sent again, the newest last.
	Attachments []string `json:"attachments,omitempty"`
	// Menus are those of single people.
	Menus map[string]json.RawMessage `json:"user_menus,omitempty"`
}

// state guards the memory of a server.
type state struct {
	mu sync.RWMutex
	memory
}

// weight is about how many bytes the memory has.
func (m *memory) weight() int {
	n := 0
	add := func(texts ...string) {
		n += perEntry
		for _, text := range texts {
			n += len(text)
		}
	}
	for name, value := range m.Profile {
		add(name, string(value))
	}
	add(m.SubscribedFields...)
	for _, sub := range m.Subscriptions {
		add(sub.Object, sub.CallbackURL)
		for _, f := range sub.Fields {
			add(f.Name, f.Version)
		}
	}
	for _, p := range m.Personas {
		add(p.ID, p.Name, p.Picture)
	}
	for _, l := range m.Labels {
		add(l.ID, l.Name)
		for _, person := range l.People {
			add(person)
		}
	}
	for _, f := range m.Flows {
		add(f.ID, f.Name, string(f.Messages), string(f.Platforms), f.Updated)
	}
	for person, app := range m.Threads {
		add(person, app)
	}
	add(m.Attachments...)
	for person, menu := range m.Menus {
		add(person, string(menu))
	}
	return n
}

// inspect lets f look at the memory. f must not keep what is in it.
func (s *Server) inspect(f func(*memory)) {
	s.state.mu.RLock()
	defer s.state.mu.RUnlock()
	f(&s.state.memory)
}

// change lets f change the memory, and tells the owner of the server; false, and
// nothing happens, if there is no room for so many bytes more.
func (s *Server) change(more int, f func(*memory)) bool {
	fits := func() bool {
		s.state.mu.Lock()
		defer s.state.mu.Unlock()
		if more > 0 && s.state.weight()+more > maxKept {
			return false
		}
		f(&s.state.memory)
		return true
	}()
	if fits && s.opts.Changed != nil {
		s.opts.Changed()
	}
	return fits
}

// put sets a value in a map that may be nil.
func put[V any](m *map[string]V, key string, value V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = value
}

// State is what receivers set with their calls, as one JSON document for
// Restore: the Messenger profile, subscriptions, personas, labels, welcome message
// flows, thread owners, menus of people. It has no secrets in it. Uploads are
// not part of it: see Options.Files.
func (s *Server) State() json.RawMessage {
	var doc json.RawMessage
	s.inspect(func(m *memory) {
		written := *m
		written.Calls = s.calls.Load()
		text, err := json.Marshal(written)
		if err != nil {
			panic(fmt.Sprintf("graph: the state: %v", err)) // it came in as JSON
		}
		doc = text
	})
	return doc
}

// Restore replaces what receivers set by a document of State. A document that
// is wrong changes nothing. Ids go on where they cannot be met again.
// Options.Changed is not called.
func (s *Server) Restore(doc []byte) error {
	var m memory
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return fmt.Errorf("restore the state of the Graph API: %w", err)
	}
	if err := m.check(); err != nil {
		return fmt.Errorf("restore the state of the Graph API: %w", err)
	}
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	s.state.memory = m
	s.calls.Store(max(s.calls.Load(), m.Calls+callsAhead))
	return nil
}

func (m *memory) check() error {
	var problems []error
	for name := range m.Profile {
		if !slices.Contains(profileProperties(), name) {
			problems = append(problems, fmt.Errorf("messenger_profile: %q is no property of a Messenger profile", name))
		}
	}
	for i, p := range m.Personas {
		if !isNumber(p.ID) {
			problems = append(problems, fmt.Errorf("personas: that at index %d has the id %q, which is not a number", i, p.ID))
		}
	}
	for i, l := range m.Labels {
		if !isNumber(l.ID) {
			problems = append(problems, fmt.Errorf("labels: that at index %d has the id %q, which is not a number", i, l.ID))
		}
	}
	for i, f := range m.Flows {
		if len(f.Messages) == 0 || len(f.Platforms) == 0 {
			problems = append(problems, fmt.Errorf("welcome_message_flows: that at index %d has no messages or no platforms", i))
		}
	}
	if m.weight() > maxKept {
		problems = append(problems, fmt.Errorf("there is more than the %d MiB that are kept", maxKept>>20))
	}
	return errors.Join(problems...)
}

// Reset forgets what receivers set and uploaded, and what was scripted. Holds
// stay, and the numbers of calls go on, so that no id comes twice.
func (s *Server) Reset() {
	s.uploads.reset()
	s.scripts.reset()
	s.change(0, func(m *memory) { *m = memory{} })
}

// Profile is the Messenger profile that is set, by property.
func (s *Server) Profile() map[string]json.RawMessage {
	var profile map[string]json.RawMessage
	s.inspect(func(m *memory) { profile = maps.Clone(m.Profile) })
	return profile
}
