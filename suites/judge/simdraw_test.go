package judge

import (
	"time"

	"pgregory.net/rapid"
)

// drawSound draws a receiver without defects.
func drawSound(t *rapid.T) traits {
	tr := traits{
		Workers: rapid.IntRange(1, 64).Draw(t, "workers"),
		Order:   rapid.SampledFrom([]order{inOrder, anyOrder, lastFirst}).Draw(t, "order"),
		Boot:    time.Duration(rapid.IntRange(0, 2500).Draw(t, "boot")) * time.Millisecond,
		Owned:   rapid.Bool().Draw(t, "owned"),
		Seed:    rapid.Uint64().Draw(t, "seed"),
	}
	if rapid.Bool().Draw(t, "few workers") {
		tr.Workers = rapid.IntRange(1, 3).Draw(t, "workers")
	}
	switch rapid.IntRange(0, 2).Draw(t, "evidence") {
	case 0:
		tr.Receipts = true
	case 1:
		tr.Receipts, tr.Replies = true, 1
	case 2:
		tr.Replies = rapid.IntRange(1, 2).Draw(t, "replies")
		tr.Mute = rapid.SampledFrom([][]Kind{nil, {KindOther}, {KindPostback}, {KindPostback, KindOther}, {KindReferral, KindOther}}).Draw(t, "mute")
	}
	slowest := 20 * time.Second
	if tr.AckLate = rapid.IntRange(0, 3).Draw(t, "acknowledges late") == 3; tr.AckLate {
		slowest = 4500 * time.Millisecond / time.Duration((24+tr.Workers-1)/tr.Workers) // twenty and fences at once, in time
	}
	drawWork(t, &tr, slowest)
	if tr.AckLate {
		return tr
	}
	switch rapid.IntRange(0, 5).Draw(t, "manner") {
	case 0: // one thing takes much longer than all others
		tr.Long = rapid.SampledFrom(oddities).Draw(t, "long")
		tr.LongWork = time.Duration(rapid.IntRange(0, 18000).Draw(t, "long work")) * time.Millisecond
	case 1:
		tr.Order = inOrder // it takes all that is there
		tr.Every = time.Duration(rapid.IntRange(1, 3000).Draw(t, "every")) * time.Millisecond
		tr.Slowest, tr.Fastest = tr.Slowest/100, tr.Fastest/100
	}
	return tr
}

// drawWork draws how long work takes, up to slowest, and equal within a factor of 10.
func drawWork(t *rapid.T, tr *traits, slowest time.Duration) {
	tr.Slowest = time.Duration(rapid.IntRange(0, int(slowest.Milliseconds())).Draw(t, "slowest")) * time.Millisecond
	if rapid.Bool().Draw(t, "quick") {
		tr.Slowest /= 100
	}
	tr.Fastest = tr.Slowest
	if share := rapid.IntRange(1, 10).Draw(t, "inequality"); share > 1 {
		tr.Fastest = tr.Slowest / time.Duration(share)
		if rapid.Bool().Draw(t, "bimodal") {
			tr.Rare = rapid.IntRange(1, 50).Draw(t, "rare")
		}
	}
}

// flaw is a defect of the list, and what has to be red for it.
type flaw struct {
	name string
	put  func(*traits)
	// red are the ids of what must not pass. What else may not, because it does
	// something alike, stands in may.
	red, may []string
	fits     func(traits) bool // default: any receiver
	// shows is how long a run has to be for the defect to show. Default: any time.
	shows time.Duration
}

var forgeries = []string{"signature.missing", "signature.wrong", "signature.empty", "signature.truncated", "signature.tampered"}

func flaws() []flaw {
	all := []flaw{
		{name: "accepts any signature", put: func(tr *traits) { tr.Accepts = append(tr.Accepts, "any") }, red: forgeries},
		{name: "accepts a part of the digest", put: func(tr *traits) { tr.Accepts = append(tr.Accepts, "truncated") }, red: []string{"signature.truncated"}},
		{name: "hashes the trimmed body", put: func(tr *traits) { tr.Accepts = append(tr.Accepts, "tampered") }, red: []string{"signature.tampered"}},
		{name: "accepts no signature", put: func(tr *traits) { tr.Accepts = append(tr.Accepts, "missing") }, red: []string{"signature.missing"}},
		{
			name: "answers forged deliveries later", put: func(tr *traits) { tr.Accepts, tr.Forged = append(tr.Accepts, "any"), 5*time.Second },
			red: forgeries, may: []string{"signature.own-copy"}, // which it takes for a copy
		},
		{
			name: "handles twice what comes twice", put: func(tr *traits) { tr.Twice = true },
			red: []string{"redelivery.same", "redelivery.together"},
		},
		{name: "answers standby", put: func(tr *traits) { tr.Standby = true }, red: []string{"envelope.standby"}},
		{
			name: "takes two events for one", put: func(tr *traits) { tr.OnePerMs = true },
			red: []string{"redelivery.same-millisecond"},
		},
		{name: "loses one thing", put: func(tr *traits) { tr.Loses = append(tr.Loses, "!a") }, red: []string{"odd.a"}},
		{name: "loses two things", put: func(tr *traits) { tr.Loses = append(tr.Loses, "!b", "!d") }, red: []string{"odd.b", "odd.d"}},
		{
			name: "acknowledges one thing too late", put: func(tr *traits) { tr.Slow = append(tr.Slow, "!c") },
			red: []string{"odd.c"},
		},
		{
			name: "has a short queue", put: func(tr *traits) { tr.Backlog, tr.Workers = 3, min(tr.Workers, 8) },
			red:  []string{"load.handled"},
			may:  []string{"*"}, // whatever was in the queue
			fits: func(tr traits) bool { return tr.Fastest > time.Millisecond && !tr.AckLate && tr.Every == 0 },
		},
		{
			name: "has one worker, and acknowledges after the work",
			put: func(tr *traits) {
				tr.Workers, tr.AckLate, tr.Order = 1, true, inOrder
				tr.Fastest, tr.Slowest, tr.Rare, tr.Long, tr.Every = time.Second, time.Second, 0, "", 0
			},
			red: []string{"load.acknowledged", "load.handled"},
		},
	}
	return all
}

// drawAny draws a receiver that has any defects and keeps no deadline.
func drawAny(t *rapid.T) traits {
	tr := drawSound(t)
	if tr.AckLate {
		drawWork(t, &tr, 20*time.Second)
	}
	tr.Owned, tr.Gone = rapid.Bool().Draw(t, "owned"), rapid.Bool().Draw(t, "gone")
	tr.Dies = map[string]moment{}
	for _, f := range rapid.SliceOfNDistinct(rapid.SampledFrom(flaws()), 0, 3, func(f flaw) string { return f.name }).Draw(t, "flaws") {
		f.put(&tr)
	}
	for _, label := range rapid.SliceOfNDistinct(rapid.SampledFrom(oddities), 0, 4, rapid.ID).Draw(t, "killers") {
		tr.Dies[label] = rapid.SampledFrom([]moment{onReceipt, onWork, onDone}).Draw(t, "moment")
	}
	tr.Jams = rapid.SliceOfNDistinct(rapid.SampledFrom(oddities), 0, 1, rapid.ID).Draw(t, "jams")
	tr.Freezes = rapid.SliceOfNDistinct(rapid.SampledFrom(oddities), 0, 1, rapid.ID).Draw(t, "freezes")
	return tr
}
