package command

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/runner/load"
)

// planned are the stages that the flags ask for; none for a load of the closed model.
func (f *loadFlags) planned(flags *pflag.FlagSet) (stages []load.Stage, err error) {
	given := []string{}
	for _, name := range []string{"rate", "stage", "find-limit"} {
		if flags.Changed(name) {
			given = append(given, "--"+name)
		}
	}
	switch {
	case len(given) > 1:
		return nil, fmt.Errorf("%s say how fast is sent: give one of them", strings.Join(given, " and "))
	case f.findLimit && flags.Changed("count"):
		return nil, errors.New("--find-limit keeps each rate for --duration, and --count says another end: leave it out")
	case f.rate != "":
		from, to, err := rates(f.rate)
		if err != nil {
			return nil, fmt.Errorf("--rate is %w", err)
		}
		if from != to && f.duration <= 0 {
			return nil, fmt.Errorf("--rate is %q: over which time? give --duration, such as --duration 1m", f.rate)
		}
		s := load.Stage{From: from, To: to, For: load.Always}
		if f.duration > 0 {
			s.For = f.duration
		}
		return []load.Stage{s}, nil
	}
	for _, text := range f.stages {
		rate, span, _ := strings.Cut(text, ":")
		from, to, err := rates(rate)
		d, wrong := time.ParseDuration(span)
		if err != nil && wrong == nil && d > 0 {
			return nil, fmt.Errorf("--stage is %q: its rate is %w", text, err)
		}
		if err != nil || wrong != nil || d <= 0 {
			return nil, fmt.Errorf("--stage is %q; give a rate and a time, such as 0..500/s:1m", text)
		}
		stages = append(stages, load.Stage{From: from, To: to, For: d})
	}
	return stages, nil
}

// start is the instant of the first event.
func (f *loadFlags) start() (time.Time, error) {
	if f.at == "" {
		return time.Now(), nil
	}
	return instant(f.at)
}

// rates reads a rate, or two between which it moves, in deliveries a second.
func rates(text string) (from, to float64, err error) {
	numbers, unit, _ := strings.Cut(text, "/")
	first, second, moves := strings.Cut(numbers, "..")
	if !moves {
		second = first
	}
	seconds, known := map[string]float64{"": 1, "s": 1, "min": 60, "m": 60, "h": 3600}[unit]
	from, wrong := strconv.ParseFloat(first, 64)
	to, alsoWrong := strconv.ParseFloat(second, 64)
	if wrong != nil || alsoWrong != nil || !known || !(from >= 0) || !(to >= 0) || from+to == 0 || math.IsInf(from+to, 0) {
		return 0, 0, fmt.Errorf("%q; give a number of deliveries and a time, such as 500/s or 30000/min", text)
	}
	if max(from, to)/seconds > load.MostRate {
		return 0, 0, fmt.Errorf("%q; it has to be %d/s at most", text, load.MostRate)
	}
	return from / seconds, to / seconds, nil
}

// millionths reads a share.
func millionths(text string) (int, error) {
	number, is := strings.CutSuffix(text, "%")
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || !is || !(n >= 0) || n > 100 {
		return 0, fmt.Errorf("--duplicates is %q; give a share from 0%% to 100%%, such as 1%%", text)
	}
	return int(math.Round(n * 10_000)), nil
}

// fromTo reads how many events a delivery has.
func fromTo(text string) (least, most int, err error) {
	from, to, is := strings.Cut(text, "..")
	if !is {
		to = from
	}
	least, first := strconv.Atoi(from)
	most, second := strconv.Atoi(to)
	if first != nil || second != nil || least < 1 || most < least || most > event.MaxPerDelivery {
		return 0, 0, fmt.Errorf("--batch is %q; give a number from 1 to %d, or two such as 1..20", text, event.MaxPerDelivery)
	}
	return least, most, nil
}
