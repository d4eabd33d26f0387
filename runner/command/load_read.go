package command

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/mockplatform/series"
	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/load"
)

// read reads what the flags say.
func (f *loadFlags) read(cmd *cobra.Command, h *Host) (o load.Options, asserted []load.Assertion, err error) {
	if f.ownSeed() {
		f.seed = 1 + rand.Int64N(mostSeed)
	}
	var problems []error
	wrong := func(err error) { problems = append(problems, err) }
	switch {
	case f.collect:
		wrong(f.checkCollect(cmd.Flags()))
	case f.forK6():
		wrong(f.checkK6())
	default:
		if f.name() == "" {
			wrong(fmt.Errorf("nothing says where the load goes: name a receiver with --url http://localhost:3000/webhook where it runs already, "+
				"or --command 'node server.js' or --image my/bot:latest where Referee has to start it, or fill in url, command or image in %s", configFile(cmd)))
		}
		if f.collectAddr != "" {
			wrong(errors.New("--addr is where --collect takes receipts and replies; without it, give --platform-addr"))
		}
	}
	wrong(f.check())
	start, err := f.start()
	wrong(err)
	o.Stages, err = f.planned(cmd.Flags())
	wrong(err)
	share, err := millionths(f.duplicates)
	wrong(err)
	least, most, err := fromTo(f.batch)
	wrong(err)
	for _, name := range []string{"concurrency", "count"} {
		if flag := cmd.Flags().Lookup(name); flag.Changed && (strings.HasPrefix(flag.Value.String(), "-") || flag.Value.String() == "0") {
			wrong(fmt.Errorf("--%s is %s; it has to be 1 or more", name, flag.Value))
		}
	}
	if cmd.Flags().Changed("duration") && f.duration <= 0 {
		wrong(fmt.Errorf("--duration is %s; it has to be more than nothing, such as 30s", f.duration))
	}
	if f.concurrency > load.MostConnections {
		wrong(fmt.Errorf("--concurrency is %d; it has to be %d at most", f.concurrency, load.MostConnections))
	}
	wrong(apart("--result", f.result, "--html", f.html))
	wrong(apart("--k6", f.script, "--k6-operator", f.manifest))
	if f.first < 0 {
		wrong(fmt.Errorf("--first is %d; it has to be 0 or more", f.first))
	}
	for _, text := range f.asserted {
		a, err := load.ParseAssertion(text)
		if err != nil {
			wrong(fmt.Errorf("--assert: %w", err))
		}
		asserted = append(asserted, a)
	}
	catalogue, err := h.catalogue(f.folder, "")
	wrong(err)
	var mix []series.Weighted
	if err == nil {
		file, text := cmp.Or(f.mix, "the default mix"), load.DefaultMix
		if f.mix != "" {
			if text, err = os.ReadFile(f.mix); err != nil {
				wrong(fmt.Errorf("--mix: %w; name a file with variants and how often each comes, such as \"referral.ads: 3\"", err))
			}
		}
		if err == nil {
			mix, err = load.ReadMix(file, text, catalogue)
			wrong(err)
		}
	}
	if err := errors.Join(problems...); err != nil {
		return o, nil, err
	}
	options := f.options()
	if err := options.Check(); err != nil {
		return o, nil, err
	}
	o.Duplicates, o.Concurrency, o.Count, o.Duration, o.AckDeadline = share, int(f.concurrency), uint64(f.count), f.duration, f.ackDeadline
	o.First = uint64(f.first)
	switch {
	case f.collect: // until Ctrl-C
	case f.findLimit:
		o.Duration = cmp.Or(o.Duration, 10*time.Second)
	case o.Count == 0 && o.Duration == 0 && len(f.stages) == 0:
		o.Duration = 30 * time.Second
	}
	o.GraphVersion, o.Day = options.GraphVersion, options.Day
	o.Series, err = series.New(series.Options{
		Seed: f.seed, PageID: f.pageID, Secrets: options.Keys(), Start: start, Mix: mix, Least: least, Most: most,
	})
	if err == nil && !f.collect {
		if _, wrong := o.Complete(); wrong != nil {
			err = fmt.Errorf("--first, --count: %w", wrong)
		}
	}
	return o, asserted, err
}

// ownSeed reports whether a load has a seed of its own: where nobody gave one, and no other
// machine has to have the same. A bot that has seen the events of one load, and drops what it
// has seen, would take nothing of the next.
func (f *loadFlags) ownSeed() bool {
	return f.origin("seed") == config.FromDefault && !f.collect && !f.forK6() && f.at == "" && f.first == 0
}

const mostSeed = 1_000_000_000

// apart is the error of two flags that name one file.
func apart(flag, file, otherFlag, other string) error {
	if file != "" && filepath.Clean(file) == filepath.Clean(other) {
		return fmt.Errorf("%s and %s are both %s; give each a file of its own", flag, otherFlag, file)
	}
	return nil
}
