package command

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/runner/baseline"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/suites/expect"
)

// partFlags say which part of the requirements is judged, how often, and what is accepted.
type partFlags struct {
	shard    string
	repeat   int64
	baseline string
}

// partOf reads --shard; no shard for a whole run. What shards of one run have in common is
// told by digests, so that no command line and no address stands in a result.
func (f *partFlags) partOf(flags *pflag.FlagSet, expected []expect.Expectation) (report.Shard, error) {
	if f.shard == "" {
		return report.Shard{}, nil
	}
	index, of, cut := strings.Cut(f.shard, "/")
	i, wrong := strconv.Atoi(index)
	n, alsoWrong := strconv.Atoi(of)
	if !cut || wrong != nil || alsoWrong != nil || i < 1 || n < i {
		return report.Shard{}, fmt.Errorf("--shard is %q; it has to be two numbers of which the first counts from 1 to the second, such as 1/4", f.shard)
	}
	return report.Shard{
		Index: i, Of: n,
		Receiver: digest(append(values(flags, "url", "command", "image", "build-context", "reference", "path", "https", "env", "evidence-log"), folder(textOf(flags, "workdir")))),
		Settings: digest(append(values(flags, "features", "probe", "only", "skip", "as-of", "catalogue", "graph-version", "evolve", "ack-deadline"), meaning(expected)...)),
	}, nil
}

// values are what some flags are set to.
func values(flags *pflag.FlagSet, names ...string) (texts []string) {
	for _, name := range names {
		texts = append(texts, name+"="+textOf(flags, name))
	}
	return texts
}

// folder is a folder as it is called from the current one, so that one project at two places,
// on the machines of two shards, has one name.
func folder(name string) string {
	here, err := filepath.Abs(".")
	there, alsoErr := filepath.Abs(name)
	if err == nil && alsoErr == nil {
		if short, err := filepath.Rel(here, there); err == nil {
			name = short
		}
	}
	return filepath.ToSlash(name)
}

// meaning is what is expected, wherever it is written down.
func meaning(expected []expect.Expectation) (texts []string) {
	for _, x := range expected {
		texts = append(texts, x.ID(), string(x.Level))
		for _, step := range x.Steps {
			texts = append(texts, step.String())
		}
	}
	return texts
}

// digest is the same for the same texts.
func digest(texts []string) string {
	hash := sha256.New()
	for _, text := range texts {
		fmt.Fprintf(hash, "%q\n", text)
	}
	return hex.EncodeToString(hash.Sum(nil)[:8])
}

// readBaseline reads the file of --baseline; nil for none.
func readBaseline(file string) (*baseline.File, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("--baseline: %w; `referee run --result result.json` and then `referee baseline write result.json %s --reason TEXT` make one", err, file)
	}
	f, err := baseline.Parse(file, text)
	if err != nil {
		return nil, err
	}
	return &f, nil
}
