package discover_test

import (
	"slices"
	"strings"
	"testing"
)

// TestPorts finds where bots listen that do not read PORT, and says where it finds nothing.
func TestPorts(t *testing.T) {
	goBot := func(lines string) map[string]string {
		return map[string]string{"go.mod": "module bot\n", "main.go": "package main\n\nfunc main() {\n" + lines + "\n\thttp.ListenAndServe(addr, nil)\n}\n"}
	}
	node := func(start, source string) map[string]string {
		return map[string]string{"package.json": `{"scripts": {"start": "` + start + `"}}`, "index.js": source}
	}
	for _, test := range []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"an address", goBot("\taddr := os.Getenv(\"LISTEN_ADDR\")\n\tif addr == \"\" {\n\t\taddr = \":8080\"\n\t}"), []string{"address variable: LISTEN_ADDR=: (main.go:4)"}},
		{"a short name", goBot("\taddr := env(\"ADDR\", \":8080\")"), []string{"address variable: ADDR=: (main.go:4)"}},
		{"with a host", goBot("\taddr := cmp.Or(os.Getenv(\"HTTP_ADDR\"), \"127.0.0.1:8080\")"), []string{"address variable: HTTP_ADDR=127.0.0.1: (main.go:4)"}},
		{"what holds before", goBot("\taddr := \"0.0.0.0:8080\"\n\tif v := os.Getenv(\"BIND_ADDRESS\"); v != \"\" {\n\t\taddr = v\n\t}"), []string{"address variable: BIND_ADDRESS=0.0.0.0: (main.go:5)"}},
		{"behind another", goBot("\tcache := env(\"REDIS_ADDR\", \"localhost:6379\")\n\taddr := env(\"LISTEN_ADDR\", \":8080\")"), []string{"address variable: LISTEN_ADDR=: (main.go:5)"}},
		{"nothing beside it", goBot("\taddr := os.Getenv(\"LISTEN_ADDR\")"), []string{"address variable: LISTEN_ADDR=: (main.go:4)"}},
		{"a host and a port", goBot("\taddr := net.JoinHostPort(os.Getenv(\"BIND_ADDRESS\"), os.Getenv(\"PORT\"))"), []string{"port variable: PORT (main.go:4)"}},
		{"in Node", node("node index.js", "const [host, port] = (process.env.LISTEN_ADDR || '0.0.0.0:3000').split(':')"), []string{"address variable: LISTEN_ADDR=0.0.0.0: (index.js:1)"}},
		{"a server of Go's", goBot("\tsrv := &http.Server{\n\t\tHandler: mux,\n\t\tAddr: \":8081\",\n\t}"), []string{"port: 8081 (main.go:6)"}},
		{"a flag of Go's", goBot("\taddr := flag.String(\"addr\", \":8082\", \"where to listen\")"), []string{"port: 8082 (main.go:4)"}},
		{"a name for it", goBot("\tconst addr = \":8083\""), []string{"port: 8083 (main.go:4)"}},

		{"a client's address", goBot("\tcache := redis.NewClient(&redis.Options{Addr: \"localhost:6379\"})"), []string{"the port is unknown"}},
		{"PHP's own variable", map[string]string{"app.php": "<?php $_SERVER['SERVER_ADDR']; $_GET['hub_challenge'];"}, nil},
		{"nothing", node("node index.js", "app.listen(options.port)"), []string{"the port is unknown"}},
		{"a framework", node("next start", ""), nil},
		{"a Procfile", map[string]string{"Procfile": "web: ./bot"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, test.files)
			got := slices.DeleteFunc(described(read(t, dir)), func(line string) bool { return !strings.Contains(line, "port") && !strings.HasPrefix(line, "address") })
			if !slices.Equal(got, test.want) {
				t.Errorf("it finds %q, expected %q", got, test.want)
			}
		})
	}
}
