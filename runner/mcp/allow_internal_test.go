package mcp

import "testing"

// TestAddressesOfThisMachine lets a client name no other.
func TestAddressesOfThisMachine(t *testing.T) {
	t.Parallel()
	for text, allowed := range map[string]bool{
		"http://localhost:3000/webhook": true, "http://127.0.0.1/": true, "https://[::1]:8443/x": true, "http://bot.localhost/": true, "http://127.8.8.8/": true,
		"http://localhost.example.com/": false, "http://10.0.0.1/": false, "http://169.254.169.254/latest": false, "http://localhost@example.com/": false,
		"http://0.0.0.0/": false, "//localhost/": true, "localhost:3000": false, "": false, "http://127.0.0.1.nip.io/": false, "http://[::ffff:10.0.0.1]/": false,
	} {
		if err := allowURL("url", text); (err == nil) != allowed {
			t.Errorf("%q: %v", text, err)
		}
	}
}
