package runner_test

import (
	"encoding/xml"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// stranger copies testdata/stranger, the module of somebody who has Referee as a library,
// to where it is on its own. Offline, and with the versions of this module.
func stranger(t *testing.T) (dir string) {
	t.Helper()
	slow(t)
	dir = t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "stranger"))); err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile(filepath.Join(root(t), "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"go.mod": "module example.com/stranger\n\ngo 1.26.0\n\nrequire " + module + " v0.0.0\n\nreplace " + module + " => " + root(t) + "\n",
		"go.sum": string(sums),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// goTest runs go test in a stranger's module.
func goTest(t *testing.T, dir string, args ...string) (output string, failed bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"test"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), err != nil
}

// TestStranger has receivers judged as a library's user does it: by runner.Test, and in
// a Ginkgo suite beside specs of the user's own, which Ginkgo's flags select.
func TestStranger(t *testing.T) {
	t.Parallel()
	dir := stranger(t)
	for _, test := range []struct {
		name  string
		args  []string
		fails bool
		says  []string
		never []string
	}{
		{
			"everything", []string{"-v", "./...", "-args", "-ginkgo.label-filter=own"}, true,
			[]string{"--- PASS: TestBot/handshake.challenge", "--- PASS: TestBot/signature.missing", "--- FAIL: TestCredulousBot/signature.missing", "It handles deliveries", "ok  \texample.com/stranger/webhooks"},
			[]string{"--- FAIL: TestBot/"},
		},
		// Ginkgo refuses to run its suites twice in one process.
		{"twice", []string{"-v", "-run=TestBot", "-count=2", "-parallel=4", "./bot"}, false, []string{"--- PASS: TestBot/handshake.challenge"}, nil},
		{
			"a catalogue of its own", []string{"-v", "./catalogue", "-args", "-ginkgo.v", "-ginkgo.no-color", "-ginkgo.label-filter=known && id:envelope.read.ours.accepted"}, false,
			[]string{"Acknowledged: Read, as we saw it", "1 Passed | 0 Failed"}, nil,
		},
		{
			"a catalogue without specs", []string{"-v", "./catalogue", "-args", "-ginkgo.label-filter=astray && id:signature.missing"}, true,
			[]string{"Env.Catalogue has the requirement envelope.read.ours.accepted, for which there is no spec; give the catalogue to RegisterOf"}, nil,
		},
		{"a dry run", []string{"-v", "./webhooks", "-args", "-ginkgo.dry-run", "-ginkgo.label-filter=topic:referral"}, false, []string{"0 Failed"}, []string{"starting "}},
	} {
		t.Run(test.name, func(t *testing.T) {
			out, failed := goTest(t, dir, test.args...)
			if failed != test.fails {
				t.Errorf("it failed: %v, want %v", failed, test.fails)
			}
			for _, text := range test.says {
				if !strings.Contains(out, text) {
					t.Errorf("it does not say %q", text)
				}
			}
			for _, text := range test.never {
				if strings.Contains(out, text) {
					t.Errorf("it says %q", text)
				}
			}
			if t.Failed() {
				t.Log(out)
			}
		})
	}
}

// TestStrangerSelects holds that what a Ginkgo user selects is judged, and nothing else:
// no other spec runs, and no other receiver is started.
func TestStrangerSelects(t *testing.T) {
	t.Parallel()
	dir := stranger(t)
	handshakeOfOrders := func(name string) bool { return strings.HasPrefix(name, "[It] our webhooks orders handshake ") }
	signatureMissing := func(name string) bool { return strings.Contains(name, "id:signature.missing,") }
	for _, test := range []struct {
		name     string
		flags    []string
		starts   []string
		selected func(spec string) bool
		ran      int    // at least
		fails    string // the beginning of the one spec that does
	}{
		{
			"labels", []string{"-ginkgo.label-filter=id:signature.missing || topic:handshake && level:MUST || own"},
			[]string{"failure", "forgery", "greeting", "orders", "support"},
			func(spec string) bool {
				return strings.HasPrefix(spec, "[It] our own specs ") || strings.Contains(spec, "id:signature.missing,") ||
					strings.Contains(spec, "topic:handshake,") && strings.Contains(spec, "level:MUST")
			}, 5, "[It] our webhooks support signature ",
		},
		{"focus and skip", []string{"-ginkgo.focus=orders handshake", "-ginkgo.skip=twice|again"}, []string{"orders"}, handshakeOfOrders, 5, ""},
		{"the whole suite", []string{"-ginkgo.focus=our suite our webhooks orders handshake"}, []string{"orders"}, handshakeOfOrders, 5, ""},
		{"a label of the whole suite", []string{"-ginkgo.label-filter=integration && id:signature.missing"}, []string{"orders", "support"}, signatureMissing, 2, "[It] our webhooks support signature "},
		{
			"a label of the whole suite, for some", []string{"-ginkgo.label-filter=id:handshake.challenge || integration && id:signature.missing"}, []string{"orders", "support"},
			func(spec string) bool {
				return signatureMissing(spec) || strings.Contains(spec, "id:handshake.challenge,")
			}, 4, "[It] our webhooks support signature ",
		},
		{
			"the whole suite, for some", []string{"-ginkgo.focus=orders handshake", "-ginkgo.focus=our suite our webhooks orders signature "}, []string{"orders"},
			func(spec string) bool {
				return handshakeOfOrders(spec) || strings.HasPrefix(spec, "[It] our webhooks orders signature ")
			}, 10, "",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(dir, "junit.xml")
			out, failed := goTest(t, dir, append([]string{"-v", "./webhooks", "-args", "-ginkgo.no-color", "-ginkgo.junit-report=" + file}, test.flags...)...)
			if failed != (test.fails != "") {
				t.Errorf("it failed: %v\n%s", failed, out)
			}
			if says := "fix:      Require X-Hub-Signature-256"; failed && !strings.Contains(out, says) {
				t.Errorf("it does not say %q:\n%s", says, out)
			}
			var started []string
			for _, found := range regexp.MustCompile(`starting (\w+)`).FindAllStringSubmatch(out, -1) {
				started = append(started, found[1])
			}
			if slices.Sort(started); !slices.Equal(started, test.starts) {
				t.Errorf("it started %q, want %q", started, test.starts)
			}
			ran := 0
			for _, c := range junit(t, file) {
				if c.Status == "skipped" || c.Name == "[ReportBeforeSuite]" {
					continue
				}
				ran++
				if !test.selected(c.Name) {
					t.Errorf("it ran, and nobody selected it: %s", c.Name)
				}
				if fails := test.fails != "" && strings.HasPrefix(c.Name, test.fails); fails != (c.Status == "failed") {
					t.Errorf("%s: %s", c.Name, c.Status)
				}
			}
			if ran < test.ran {
				t.Errorf("only %d specs ran:\n%s", ran, out)
			}
		})
	}
}

// spec is a spec in a JUnit report of Ginkgo's.
type spec struct {
	Name   string `xml:"name,attr"`
	Status string `xml:"status,attr"`
}

func junit(t *testing.T, file string) []spec {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		Suites []struct {
			Cases []spec `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(text, &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Suites) != 1 {
		t.Fatalf("the report has %d suites", len(report.Suites))
	}
	return report.Suites[0].Cases
}
