package judge

import (
	"flag"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/suites/internal/race"
)

func TestMain(m *testing.M) {
	if race.Enabled {
		// The race detector makes each receiver several times as slow, and sees the same
		// code at work in fewer of them. All are judged in the run without it.
		if err := flag.Set("rapid.checks", "25"); err != nil {
			panic(err)
		}
	}
	goleak.VerifyTestMain(m)
}

// A receiver without defects is never red.
func TestSoundIsNeverRed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		tr := drawSound(rt)
		if v := judgeSim(t, tr, unlimited, rapid.Int64().Draw(rt, "run")); len(v.red()) > 0 {
			rt.Errorf("red: %s", v)
		}
	})
}

// A defect of the list is never green, and each turns red what it is about, and
// nothing else.
func TestDefectsAreNeverGreen(t *testing.T) {
	all := flaws()
	for name, some := range map[string][]flaw{"signatures": all[:5], "handling": all[5:9], "losses and load": all[9:]} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(rt *rapid.T) {
				tr := drawSound(rt)
				f := rapid.SampledFrom(some).Draw(rt, "flaw")
				if f.fits != nil && !f.fits(tr) {
					rt.SkipNow()
				}
				f.put(&tr)
				f.check(rt, judgeSim(t, tr, unlimited, rapid.Int64().Draw(rt, "run")))
			})
		})
	}
}

// Whatever a receiver is like, its run ends by itself, and says of everything what
// became of it.
func TestEveryRunEnds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		tr := drawAny(rt)
		v := judgeSim(t, tr, unlimited, rapid.Int64().Draw(rt, "run"))
		if v.took >= unlimited {
			rt.Errorf("it took until the time limit: %s", v)
		}
		v.checkSaid(rt)
	})
}

// What was not proved is not passed, when the time limit or the end of the receiver
// comes between: a defect stays as red as it would be, or is not judged.
func TestNothingIsPassedThatWasNotJudged(t *testing.T) {
	t.Parallel()
	all := flaws()
	rapid.Check(t, func(rt *rapid.T) {
		tr := drawSound(rt)
		tr.Order = inOrder // elsewhere a fence proves nothing before the queue was empty once
		var red []string
		for _, f := range rapid.SliceOfNDistinct(rapid.SampledFrom(all[:11]), 1, 4, func(f flaw) string { return f.name }).Draw(rt, "flaws") {
			if f.shows == 0 {
				f.put(&tr)
				red = append(red, f.red...)
			}
		}
		limit := unlimited
		if rapid.Bool().Draw(rt, "ends") {
			tr.Owned, tr.Gone = false, true
			tr.Dies = map[string]moment{"!d": onReceipt}
		} else {
			limit = time.Duration(rapid.IntRange(200, 3600).Draw(rt, "limit")) * time.Second
		}
		v := judgeSim(t, tr, limit, rapid.Int64().Draw(rt, "run"))
		v.checkSaid(rt)
		for _, id := range red {
			if v.status[id] == Passed {
				rt.Errorf("%s passed: %s", id, v)
			}
		}
		if v.took > limit+time.Minute {
			rt.Errorf("a run of %s took %s: %s", limit, v.took, v)
		}
		for _, o := range v.outcomes {
			if strings.HasPrefix(o.Requirement.ID, "odd.") && o.Status == Passed && !slices.Contains(v.sim.answered, "!"+o.Requirement.ID[4:]) {
				rt.Errorf("%s passed, and was not handled: %s", o.Requirement.ID, v)
			}
		}
	})
}

// Verdicts do not depend on the seed of the platform, which all ids and texts come of.
func TestVerdictsDoNotDependOnTheSeed(t *testing.T) {
	t.Parallel()
	all := flaws()
	rapid.Check(t, func(rt *rapid.T) {
		tr := drawSound(rt)
		f := rapid.SampledFrom(all[:11]).Draw(rt, "flaw")
		if f.put(&tr); f.shows > 0 {
			rt.SkipNow()
		}
		one, other := judgeSim(t, tr, unlimited, rapid.Int64().Draw(rt, "one")), judgeSim(t, tr, unlimited, rapid.Int64().Draw(rt, "other"))
		for id, status := range one.status {
			if other.status[id] != status {
				rt.Errorf("%s is %s, and with another seed %s: %s%s", id, status, other.status[id], one, other)
			}
		}
	})
}

// The time of a run is within twice the time that its events take, and twenty drains. A
// drain is a fence and quiet, which is twice the longest time to evidence: three times
// the longest time that this receiver, which keeps events waiting, needs for one.
func TestTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		tr := drawSound(rt)
		if tr.Long != "" || tr.Every > 0 {
			rt.SkipNow() // how long its work takes is no matter of how much there is
		}
		v := judgeSim(t, tr, unlimited, rapid.Int64().Draw(rt, "run"))
		work := time.Duration(v.sim.handled) * (tr.Slowest + latency) / time.Duration(tr.Workers)
		drain := max(quietFloor, 2*v.late) + v.late
		if limit := 2*work + 20*drain; v.took > limit {
			rt.Errorf("it took %s, expected %s at most: %d events, a drain takes %s: %s", v.took, limit, v.sim.handled, drain, v)
		}
	})
}

// Blame falls on what kills a receiver, on each such thing, and on nothing else; and
// what does not kill is judged as if nothing had been.
func TestBlame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		tr := drawSound(rt)
		tr.Boot = max(tr.Boot, time.Millisecond)
		// At a URL, an end shows where a connection is refused or breaks off. One that
		// nobody was connected to, of a receiver that is back soon, does not.
		shows := true
		labels := append([]string{"!garbage", "!unsigned-garbage"}, oddities...)
		killers := rapid.SliceOfNDistinct(rapid.SampledFrom(labels), 1, 4, rapid.ID).Draw(rt, "killers")
		tr.Dies = map[string]moment{}
		for _, label := range killers {
			when := onReceipt // what is no event is not worked at
			if slices.Contains(oddities, label) {
				when = rapid.SampledFrom([]moment{onReceipt, onWork, onDone}).Draw(rt, "moment")
			}
			tr.Dies[label] = when
			shows = shows && (tr.Owned || when == onReceipt)
		}
		if tr.Owned && rapid.Bool().Draw(rt, "jams") {
			label := rapid.SampledFrom(oddities).Draw(rt, "jam")
			if tr.Dies[label] == "" {
				killers = append(killers, label)
				if rapid.Bool().Draw(rt, "freezes") {
					tr.Freezes = []string{label}
				} else {
					tr.Jams = []string{label}
				}
			}
		}
		v := judgeSim(t, tr, unlimited, rapid.Int64().Draw(rt, "run"))
		v.checkSaid(rt)

		var blamed []string
		for _, end := range v.seen.ends {
			label, _, _ := strings.Cut(end.Stimulus, ",")
			if label == "" {
				continue
			}
			blamed = append(blamed, label)
			if end.Jam != (tr.Dies[label] == "") {
				rt.Errorf("%s is said to jam: %v: %s", label, end.Jam, v)
			}
			if end.Stranger != (label == "!unsigned-garbage") {
				rt.Errorf("anybody can send %s: %v: %s", label, end.Stranger, v)
			}
		}
		slices.Sort(blamed)
		slices.Sort(killers)
		if !shows {
			blamed = slices.DeleteFunc(blamed, func(label string) bool { return slices.Contains(killers, label) })
			killers = nil
		}
		if !slices.Equal(blamed, killers) {
			rt.Errorf("blamed are %q, killers are %q: %s", blamed, killers, v)
		}
		if !shows {
			return
		}
		f := flaw{name: "dies", red: []string{"closing.goes-on"}}
		for _, label := range killers {
			switch id := "odd." + label[1:]; {
			case !slices.Contains(oddities, label):
				f.red = append(f.red, "robustness."+label[1:])
			case tr.Dies[label] == onDone && !tr.AckLate:
				f.may = append(f.may, id) // it was handled
			default:
				f.red = append(f.red, id)
			}
		}
		f.check(rt, v)
	})
}
