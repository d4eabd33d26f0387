package intercept

import (
	"bufio"
	"bytes"
	"net"
	"net/http"
	"slices"
	"testing"
)

// FuzzRefusal holds the proxy to its promise: without AllowNetwork, whatever a
// receiver sends leads to the Graph API or to this machine, or nowhere.
func FuzzRefusal(f *testing.F) {
	for _, line := range []string{
		"CONNECT graph.facebook.com:443", "CONNECT Graph.Facebook.com.:443", "CONNECT graph.facebook.com:80",
		"CONNECT localhost:5432", "CONNECT [::1]:5432", "CONNECT [::ffff:127.0.0.1]:1", "CONNECT 0.0.0.0:1",
		"CONNECT 127.0.0.1.example.com:443", "CONNECT api.example.com:443", "CONNECT [fe80::1%25lo]:443",
		"GET https://graph.facebook.com/me", "GET http://user:pw@localhost:80@example.com/", "GET http://[::1]:99999/", "GET /me",
	} {
		f.Add([]byte(line + " HTTP/1.1\r\nHost: a\r\n\r\n"))
	}
	i := &Interceptor{opts: Options{Hosts: []string{"graph.facebook.com"}}}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
		if err != nil {
			return
		}
		to, ok := targetOf(r)
		if !ok || i.refusal(to) != "" {
			return
		}
		host, port, err := net.SplitHostPort(to.String())
		if err != nil {
			t.Fatalf("%q is no address: %v", to, err)
		}
		ip := net.ParseIP(host)
		here := slices.Contains([]string{"localhost", "0.0.0.0", "::"}, host) || ip != nil && (ip.IsLoopback() || ip.IsUnspecified())
		graph := host == "graph.facebook.com" && port == "443"
		if !here && !graph {
			t.Errorf("%q goes to %s", raw, to)
		}
		if graph && r.Method != http.MethodConnect && r.URL.Scheme != "https" {
			t.Errorf("%q reaches the Graph API without TLS", raw)
		}
	})
}
