package k6

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/seed-11445fa1/referee/mockplatform/series"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/load"
	"github.com/seed-11445fa1/referee/schemas"
)

var secrets = wire.Secrets{App: "an app secret", Instagram: "another one"}

// options are those of a load of all variants of the catalogue.
func options(t *testing.T) load.Options {
	t.Helper()
	o := series.Options{Seed: -7, PageID: "104508901353867", Secrets: secrets, Start: time.UnixMilli(1_795_000_000_123), Least: 1, Most: 3}
	for i, v := range schemas.All() {
		o.Mix = append(o.Mix, series.Weighted{Variant: v, Weight: i%3 + 1})
	}
	s, err := series.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return load.Options{Series: s, Duplicates: 50_000, Count: 400, GraphVersion: "v23.0"}
}

func written(t *testing.T, o Options) []byte {
	t.Helper()
	text, err := Script(o)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// The script makes the deliveries that package series makes, byte for byte, with the same
// headers: of every variant, alone and beside others, and of numbers beyond 32 bits.
func TestDeliveriesAreThoseOfTheSeries(t *testing.T) {
	t.Parallel()
	suttest.Require(t, "node", func() error { _, err := exec.LookPath("node"); return err })
	o := options(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "load.mjs"), written(t, Options{Load: o}), 0o600); err != nil {
		t.Fatal(err)
	}
	numbers := []uint64{1 << 32, 5_000_000_000, series.MaxEvents/3 - 1}
	for n := range uint64(2000) {
		numbers = append(numbers, n)
	}
	var in bytes.Buffer
	for _, n := range numbers {
		fmt.Fprintln(&in, n)
	}
	cmd := exec.CommandContext(t.Context(), "node", "deliveries.mjs")
	cmd.Dir, cmd.Stdin, cmd.Stderr = dir, &in, os.Stderr
	cmd.Env = append(os.Environ(), "REFEREE_APP_SECRET="+secrets.App, "REFEREE_INSTAGRAM_SECRET="+secrets.Instagram)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<20)
	filler := o.Series.Filler()
	for _, n := range numbers {
		d := filler.Fill(n)
		want := wire.DeliveryHeader(wire.Heading{Style: d.Style, Secret: secrets.For(d.Body), Version: o.GraphVersion}, d.Body)
		times := 1
		if o.Series.Chance(n, series.ForDuplicate, o.Duplicates) {
			times = 2
		}
		for range times {
			if !lines.Scan() {
				t.Fatalf("delivery %d is missing: %v", n, lines.Err())
			}
			var got struct {
				Body    string
				Headers map[string]string
			}
			if err := json.Unmarshal(lines.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if got.Body != string(d.Body) {
				t.Fatalf("delivery %d is\n%s\nwant\n%s", n, got.Body, d.Body)
			}
			for _, f := range want {
				if got.Headers[f.Name] != f.Value || len(got.Headers) != len(want) {
					t.Fatalf("delivery %d has the header %v, want %v", n, got.Headers, want)
				}
			}
		}
	}
	if lines.Scan() {
		t.Errorf("there is one more: %s", lines.Bytes())
	}
}

// No secret gets into what is written, and nothing is left that had to be filled in.
func TestScriptHasNoSecret(t *testing.T) {
	o := Options{Load: options(t)}
	o.Load.URL = "https://bot.example.com/webhook?a=\"b\""
	script := written(t, o)
	manifest, err := Manifest(script, o.Load.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range [][]byte{script, manifest} {
		for _, secret := range []string{secrets.App, secrets.Instagram} {
			if bytes.Contains(text, []byte(secret)) {
				t.Errorf("%s is in it", secret)
			}
		}
		if left := regexp.MustCompile(`\b(LOAD|SCRIPT|URL)$`).Find(text); left != nil {
			t.Errorf("%s is left in it", left)
		}
	}
}

// The manifest is what k6-operator reads: a TestRun, and the script in a ConfigMap, unchanged.
func TestManifest(t *testing.T) {
	script := written(t, Options{Load: options(t)})
	const url = "https://bot.example.com/webhook?a=\"b\""
	text, err := Manifest(script, url)
	if err != nil {
		t.Fatal(err)
	}
	var run struct {
		APIVersion, Kind string
		Spec             struct {
			Parallelism int
			Script      struct {
				ConfigMap struct{ Name, File string } `yaml:"configMap"`
			}
			Runner struct {
				Env []struct{ Name, Value string }
			}
		}
	}
	var config struct {
		Kind     string
		Metadata struct{ Name string }
		Data     map[string]string
	}
	docs := yaml.NewDecoder(bytes.NewReader(text))
	if err := docs.Decode(&run); err != nil {
		t.Fatal(err)
	}
	if err := docs.Decode(&config); err != nil {
		t.Fatal(err)
	}
	if run.Kind != "TestRun" || run.Spec.Parallelism < 1 || config.Kind != "ConfigMap" || config.Metadata.Name != run.Spec.Script.ConfigMap.Name {
		t.Errorf("it is %+v %s %s", run, config.Kind, config.Metadata.Name)
	}
	if got := config.Data[run.Spec.Script.ConfigMap.File]; got != string(script) {
		t.Errorf("the script is another one:\n%s", got)
	}
	if env := run.Spec.Runner.Env[0]; env.Name != "REFEREE_URL" || env.Value != url {
		t.Errorf("the URL is %+v", env)
	}
	if _, err := Manifest(make([]byte, mostInMap+1), url); err == nil || !strings.Contains(err.Error(), "--mix") {
		t.Errorf("a script that is too large: %v", err)
	}
}
