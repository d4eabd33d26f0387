package mockplatform_test

import (
	"context"
	"net"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
)

// Both networks of a platform can be those of the user's test.
func TestNetworkOfItsOwn(t *testing.T) {
	var listened, dialled string
	p := created(t, mockplatform.Options{
		Addr: "127.0.0.1:7070",
		Listen: func(ctx context.Context, network, address string) (net.Listener, error) {
			listened = network + " " + address
			return (&net.ListenConfig{}).Listen(ctx, network, "127.0.0.1:0")
		},
		Dial: func(_ context.Context, network, address string) (net.Conn, error) {
			dialled = network + " " + address
			return nil, net.ErrClosed
		},
	})
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if listened != "tcp 127.0.0.1:7070" || !strings.HasPrefix(p.GraphURL(), "http://127.0.0.1:") {
		t.Errorf("listened on %s, the Graph API is at %s", listened, p.GraphURL())
	}
	a, err := p.Deliver(t.Context(), mockplatform.Delivery{URL: "http://bot.test/webhook", Raw: []byte("{}")})
	if err != nil || a.Err == nil || dialled != "tcp bot.test:80" {
		t.Errorf("dialled %s: %v, %v", dialled, a.Err, err)
	}
}
