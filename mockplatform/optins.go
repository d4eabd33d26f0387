package mockplatform

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"sync"

	"github.com/seed-11445fa1/referee/mockplatform/event"
)

// optins are the tokens that people gave the page with their opt-ins, by which messages
// can be addressed to them.
type optins struct {
	mu    sync.Mutex
	given map[string]optin // by token
}

// optin is what was given; it stands in the document "optins" of the store.
type optin struct {
	// Person is the name of who gave it.
	Person string `json:"person"`
	// Once is for one message alone, and Used says that this was sent.
	Once bool `json:"once,omitempty"`
	Used bool `json:"used,omitempty"`
	// Stopped says that the person wants no more marketing messages.
	Stopped bool `json:"stopped,omitempty"`
}

// optinFacts are the tokens of one person, in the place of the catalogue's, which are
// the same for everybody. One for a single message is another each time.
func optinFacts(draft event.Event, person Person, number int) (edits []event.Edit) {
	for pointer, token := range map[string]string{
		"/optin/one_time_notif_token":        person.Token("one-time", strconv.Itoa(number)),
		"/optin/notification_messages_token": person.Token("marketing"),
	} {
		if _, there := event.Get(draft.JSON, pointer); there {
			edits = append(edits, event.Set(pointer, strconv.Quote(token)))
		}
	}
	return edits
}

// optedIn remembers the token in an event, or that its giver stops or resumes.
func (p *Platform) optedIn(ev event.Event, person Person) {
	var said struct {
		Optin struct {
			OneTime   string `json:"one_time_notif_token"`
			Marketing string `json:"notification_messages_token"`
			Status    string `json:"notification_messages_status"`
		} `json:"optin"`
	}
	if json.Unmarshal(ev.JSON, &said) != nil {
		return
	}
	given := map[string]optin{}
	if said.Optin.OneTime != "" {
		given[said.Optin.OneTime] = optin{Person: person.Name, Once: true}
	}
	if said.Optin.Marketing != "" {
		given[said.Optin.Marketing] = optin{Person: person.Name, Stopped: said.Optin.Status == "STOP NOTIFICATIONS"}
	}
	if len(given) == 0 {
		return
	}
	p.optins.mu.Lock()
	defer p.optins.mu.Unlock()
	if p.optins.given == nil {
		p.optins.given = map[string]optin{}
	}
	maps.Copy(p.optins.given, given)
	p.saveOptins()
}

func (o *optins) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.given = nil
}

// saveOptins stores the tokens. It is called under the lock.
func (p *Platform) saveOptins() {
	if err := p.saveState("optins", p.optins.given); err != nil {
		p.opts.Logger.Error("opt-ins will not survive a restart", "error", err)
	}
}

// loadOptins reads the tokens that are stored.
func (p *Platform) loadOptins() error {
	_, err := p.loadState("optins", &p.optins.given)
	return err
}

// holder is the id of who gave a token; empty for a token that nobody gave.
func (p *Platform) holder(token string) string {
	p.optins.mu.Lock()
	one, given := p.optins.given[token]
	p.optins.mu.Unlock()
	if !given {
		return ""
	}
	return p.Session(one.Person).PSID
}

// redeem uses a token for a message. The error says why it cannot be used.
func (p *Platform) redeem(token string) error {
	p.resetting.RLock()
	defer p.resetting.RUnlock()
	p.optins.mu.Lock()
	defer p.optins.mu.Unlock()
	one, given := p.optins.given[token]
	switch {
	case !given && p.opts.StrictGraph:
		return fmt.Errorf("nobody gave the token %q with an opt-in", token)
	case !given:
		return nil // it may be from before
	case one.Stopped:
		return fmt.Errorf("%s has stopped the notifications that the token %s is for", one.Person, token)
	case one.Used:
		return fmt.Errorf("the token %s of %s is for one message, and that was sent", token, one.Person)
	case one.Once:
		one.Used = true
		p.optins.given[token] = one
		p.saveOptins()
	}
	return nil
}
