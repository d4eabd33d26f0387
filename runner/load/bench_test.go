package load

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// receiving is set for the process that is the receiver of a benchmark: one that only
// answers 200, and takes its own time and memory.
const receiving = "REFEREE_TEST_RECEIVE"

func receive() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(l.Addr())
	err = http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // an error ends the connection
		w.WriteHeader(http.StatusOK)
	}))
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// receiver starts that process.
func receiver(b *testing.B) (url string) {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), receiving+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	var address string
	if _, err := fmt.Fscanln(out, &address); err != nil {
		b.Fatal(err)
	}
	return "http://" + address + "/webhook"
}

const (
	connections = 64
	benchTime   = 10 * time.Second
)

// measured sends for a while and returns how it went.
func measured(b *testing.B, o Options) Result {
	b.Helper()
	l, err := New(o)
	if err != nil {
		b.Fatal(err)
	}
	r := l.Run(b.Context())
	if r.Errors > 0 {
		b.Fatalf("it is %+v", r)
	}
	return r
}

// BenchmarkAgainst compares the events a second with the requests a second of wrk, which
// sends one static body that nobody signs, and of hey, on as many connections: x-wrk and
// x-hey are how many times as many they are.
func BenchmarkAgainst(b *testing.B) {
	url := receiver(b)
	s := seriesOf(b, 1, 1, "referral.ads", "message.text", "postback.get-started")
	body := filepath.Join(b.TempDir(), "body.json")
	if err := os.WriteFile(body, s.Filler().Fill(0).Body, 0o600); err != nil {
		b.Fatal(err)
	}
	script := filepath.Join(b.TempDir(), "post.lua")
	lua := `local f = io.open("` + body + `"); wrk.method = "POST"; wrk.body = f:read("*a"); wrk.headers["Content-Type"] = "application/json"`
	if err := os.WriteFile(script, []byte(lua), 0o600); err != nil {
		b.Fatal(err)
	}
	seconds := strconv.Itoa(int(benchTime.Seconds()))
	for b.Loop() {
		ours := measured(b, Options{Series: s, URL: url, Concurrency: connections, Duration: benchTime}).EventsPerSecond
		b.ReportMetric(ours, "events/s")
		for _, other := range []struct {
			name string
			args []string
		}{
			{"wrk", []string{"-t", strconv.Itoa(runtime.NumCPU()), "-c", strconv.Itoa(connections), "-d", seconds + "s", "-s", script, url}},
			{"hey", []string{"-z", seconds + "s", "-c", strconv.Itoa(connections), "-m", "POST", "-T", "application/json", "-D", body, url}},
		} {
			if _, err := exec.LookPath(other.name); err != nil {
				b.Logf("%s is not on this machine, and is not compared", other.name)
				continue
			}
			out, err := exec.Command(other.name, other.args...).CombinedOutput()
			found := requests.FindStringSubmatch(string(out))
			if err != nil || found == nil {
				b.Fatalf("%s: %v\n%s", other.name, err, out)
			}
			theirs, err := strconv.ParseFloat(found[1], 64)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(ours/theirs, "x-"+other.name)
		}
	}
}

var requests = regexp.MustCompile(`Requests/sec:\s+([0-9.]+)`)

// BenchmarkLateness says how late deliveries begin that are planned 5,000 a second.
func BenchmarkLateness(b *testing.B) {
	url := receiver(b)
	s := seriesOf(b, 1, 1, "referral.ads")
	for b.Loop() {
		r := measured(b, Options{Series: s, URL: url, Stages: []Stage{{5000, 5000, benchTime}}})
		b.ReportMetric(r.Lateness.P50, "p50-ms")
		b.ReportMetric(r.Lateness.P99, "p99-ms")
		b.ReportMetric(float64(r.Dropped), "dropped")
	}
}

// BenchmarkMemory says how much memory of the machine 5 million events take, in MB.
func BenchmarkMemory(b *testing.B) {
	url := receiver(b)
	s := seriesOf(b, 1, 20, "referral.ads")
	for b.Loop() {
		r := measured(b, Options{Series: s, URL: url, Concurrency: connections, Count: 5_000_000 / 10})
		b.ReportMetric(float64(r.Events), "events")
		status, err := os.ReadFile("/proc/self/status")
		if err != nil {
			b.Skip("this machine does not say how much memory a process takes")
		}
		_, text, _ := strings.Cut(string(status), "VmHWM:")
		kb, err := strconv.Atoi(strings.Fields(text)[0])
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(kb)/1000, "MB")
	}
}
