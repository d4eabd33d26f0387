package graph

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// structured reports whether a member of this parent, a parameter if that is
// empty, is an object or an array at Meta. Text in one of these is read as
// JSON; in others it is text, whatever it looks like: the payload of a button
// often is JSON, and is the bot's own.
func structured(parent, name string) bool {
	var names []string
	switch parent {
	case "":
		names = []string{
			"recipient", "message", "payload", "batch", "fields", "params", "subscribed_fields", "custom_fields", "thread_control",
			"get_started", "greeting", "ice_breakers", "persistent_menu", "whitelisted_domains", "commands", "user_ids", "actions",
			"welcome_message_flow", "eligible_platforms",
		}
	case "message":
		names = []string{"attachment", "attachments", "quick_replies"}
	case "attachment":
		names = []string{"payload"}
	case "payload", "elements":
		names = []string{"elements", "buttons", "default_action"}
	}
	return slices.Contains(names, name)
}

// opened is a parameter in the form in which it is kept: text where an object
// or an array belongs is read, on every level, and members that are null are
// left out.
//
// A published library for Node sends "batch" as text in a JSON body, as it
// stands in a form, and Meta takes it; for other parameters that is inferred.
func opened(name string, value json.RawMessage) json.RawMessage {
	if structured("", name) {
		value = openText(value)
	}
	value = withoutNulls(value)
	if !bytes.Contains(value, []byte(`"{`)) && !bytes.Contains(value, []byte(`"[`)) {
		return value
	}
	members := decoded(value)
	if !openMembers(name, members) {
		return value
	}
	return encoded(members, value)
}

// openText reads a JSON string that has an object or an array in it. What
// cannot be read is returned as it is.
func openText(value json.RawMessage) json.RawMessage {
	var text string
	if len(value) == 0 || value[0] != '"' || json.Unmarshal(value, &text) != nil {
		return value
	}
	if read, ok := readText(text); ok {
		return read
	}
	return value
}

// readText reads text that is an object or an array, in JSON or nearly so.
func readText(text string) (json.RawMessage, bool) {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		return nil, false
	}
	if json.Valid([]byte(text)) {
		return json.RawMessage(text), true
	}
	return lenientJSON(text)
}

// openMembers opens text in the members of a decoded value, and reports whether
// there was any. Elements of an array have the name of the array.
func openMembers(parent string, value any) (changed bool) {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if text, isText := member.(string); isText && structured(parent, name) {
				if read, ok := readText(text); ok {
					member = decoded(withoutNulls(read))
					value[name], changed = member, true
				}
			}
			if openMembers(name, member) {
				changed = true
			}
		}
	case []any:
		for _, element := range value {
			if openMembers(parent, element) {
				changed = true
			}
		}
	}
	return changed
}
