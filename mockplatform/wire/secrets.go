package wire

import "encoding/json"

// Secrets are the keys of an app's signatures.
type Secrets struct {
	// App is the app secret.
	App string
	// Instagram is the app secret of its own that an app has for Instagram Login.
	// Deliveries of the object instagram are signed with it; Meta's pages say "App
	// Secret" of both, and receivers in use had to learn the second one:
	// https://github.com/chatwoot/chatwoot/pull/14280
	// Empty: App signs everything.
	Instagram string
}

// For returns the key that signs a body, by the object that it is about. What is no
// JSON is about none.
func (s Secrets) For(body []byte) string {
	if s.Instagram == "" || s.Instagram == s.App {
		return s.App
	}
	var about struct{ Object any }
	if json.Unmarshal(body, &about) == nil && about.Object == "instagram" {
		return s.Instagram
	}
	return s.App
}
