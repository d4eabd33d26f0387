package sut

import (
	"net"
	"os"
	"slices"
	"testing"
)

func TestParseStat(t *testing.T) {
	for text, want := range map[string]stat{
		"12 (node) S 1 10 9 0 -1":            {name: "node", group: 10, session: 9},
		"12 (a) Z 1 2 3) R 1 10 9 0 -1":      {name: "a) Z 1 2 3", group: 10, session: 9},
		"12 (sh) Z 1 10 9 0 -1":              {name: "sh", dead: true, group: 10, session: 9},
		"12 (sh) X 1 10 9":                   {name: "sh", dead: true, group: 10, session: 9},
		"12 (node (cluster)) D 1 10 9 0 -1 ": {name: "node (cluster)", group: 10, session: 9},
	} {
		if got, ok := parseStat(text); !ok || got != want {
			t.Errorf("%q: %+v, %t", text, got, ok)
		}
	}
	for _, text := range []string{"", "12", ")(", "12 (sh)", "12 (sh) S 1 10", "12 (sh) S 1 x 9", "12 (sh) S 1 10 x"} {
		if got, ok := parseStat(text); ok {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

func FuzzParseStat(f *testing.F) {
	f.Add("node")
	f.Add(") S 1 2 3 (")
	f.Fuzz(func(t *testing.T, name string) {
		parseStat(name)
		got, ok := parseStat("12 (" + name + ") S 1 10 9 0 -1")
		if want := (stat{name: name, group: 10, session: 9}); !ok || got != want {
			t.Errorf("%+v, %t", got, ok)
		}
	})
}

func FuzzListeners(f *testing.F) {
	f.Add([]byte("  sl  local_address rem_address   st\n   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1\n"))
	f.Add([]byte("0: : : 0A : : : : : x"))
	f.Fuzz(func(t *testing.T, table []byte) {
		for inode, port := range listeners(table) {
			if inode == "" || port < 0 || port > 65535 {
				t.Errorf("%q: %d", inode, port)
			}
		}
	})
}

func TestListening(t *testing.T) {
	var want []int
	for _, addr := range []string{"127.0.0.1:0", "[::1]:0"} {
		l, err := net.Listen("tcp", addr)
		if err != nil {
			t.Skip(err)
		}
		defer l.Close()
		want = append(want, l.Addr().(*net.TCPAddr).Port)
	}
	got := listening([]member{{pid: os.Getpid()}})
	for _, port := range want {
		if !slices.Contains(got, port) {
			t.Errorf("port %d is not among %v", port, got)
		}
	}
	if got := listening(nil); got != nil {
		t.Errorf("nobody listens on %v", got)
	}
}
