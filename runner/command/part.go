package command

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/runner/baseline"
	"github.com/seed-11445fa1/referee/runner/report"
)

// partFlags say which part of the requirements is judged, how often, and what is accepted.
type partFlags struct {
	shard    string
	repeat   int64
	baseline string
}

// partOf reads --shard; no shard for a whole run. What shards of one run have in common is
// told by digests, so that no command line and no address stands in a result.
func (f *partFlags) partOf(flags *pflag.FlagSet) (report.Shard, error) {
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
		Receiver: digest(flags, "url", "command", "image", "build-context", "reference", "path", "https"),
		Settings: digest(flags, "features", "probe", "only", "skip", "as-of", "catalogue", "graph-version", "evolve", "ack-deadline"),
	}, nil
}

// digest is the same for the same values of some flags.
func digest(flags *pflag.FlagSet, names ...string) string {
	hash := sha256.New()
	for _, name := range names {
		fmt.Fprintf(hash, "%s=%q\n", name, textOf(flags, name))
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
