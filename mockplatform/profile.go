package mockplatform

import "encoding/json"

// Profile returns what the receiver set of the Messenger profile, by property:
// "get_started", "persistent_menu" and so on. The caller owns what it gets.
func (p *Platform) Profile() map[string]json.RawMessage { return p.graph.Profile() }
