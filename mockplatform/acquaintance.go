package mockplatform

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// knows reports whether an id is that of a person: of one whom the platform knows by
// name, of one of Options.Known, or of one whom a delivery named. A delivery may be about anybody, as those of
// a run are; it is looked for in the journal, where the newest come first, for a
// receiver that asks about a sender does so soon.
func (p *Platform) knows(id string) bool {
	if person, ok := p.PersonByID(id); ok {
		return person.UserRef != id // which names nobody whom the Graph API shows
	}
	if p.opts.Known != nil && p.opts.Known(id) {
		return true
	}
	found := false
	p.journal.Page(journal.Query{Limit: 1, Match: func(x journal.Exchange) bool {
		if !found && x.Direction == journal.ToReceiver && x.Kind == journal.Delivery {
			found = bytes.Contains(x.Request.Body, []byte(id)) && names(x.Request.Body, id)
		}
		return found // the next after it ends the search
	}})
	return found
}

// names reports whether a delivery has a person of this id.
func names(body []byte, id string) bool {
	var doc any
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	return dec.Decode(&doc) == nil && isParty(doc, id)
}

// isParty reports whether a document says, anywhere in it, that somebody with this id
// sent or gets something.
func isParty(value any, id string) bool {
	switch value := value.(type) {
	case map[string]any:
		for _, role := range []string{"sender", "recipient", "from"} {
			if party, ok := value[role].(map[string]any); ok && (party["id"] == id || party["id"] == json.Number(id)) {
				return true
			}
		}
		for _, member := range value {
			if isParty(member, id) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(value, func(element any) bool { return isParty(element, id) })
	}
	return false
}
