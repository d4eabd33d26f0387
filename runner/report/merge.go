package report

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Merge joins the results of all shards of one run into the result of the whole, and says
// which exit code that has. names are what errors call the results. What cannot be joined,
// or is not all of a run, is an error.
func Merge(names []string, results []Result) (Result, int, error) {
	if err := mergeable(names, results); err != nil {
		return Result{}, 0, err
	}
	joined := results[0]
	joined.Shard = nil
	ended := joined.Started
	for _, r := range results {
		if r.Started.Before(joined.Started) {
			joined.Started = r.Started
		}
		if end := r.Started.Add(time.Duration(r.DurationMS) * time.Millisecond); end.After(ended) {
			ended = end
		}
	}
	joined.DurationMS = ended.Sub(joined.Started).Milliseconds()
	joined.Receiver.Features, joined.Receiver.Notes, joined.Requirements = nil, nil, nil
	joined.Latencies = joinedLatencies(results)
	for _, r := range results {
		joined.Receiver.Features = union(joined.Receiver.Features, r.Receiver.Features)
		joined.Receiver.Notes = union(joined.Receiver.Notes, r.Receiver.Notes)
	}
	partial := false
	of := map[string]int{} // the result from which each requirement is
	for _, q := range results[0].Requirements {
		worst, from := worstOf(q.ID, results)
		of[q.ID] = from
		partial = partial || worst.Outcome() == Skipped
		joined.Requirements = append(joined.Requirements, worst)
	}
	joined.Causes = joinCauses(results, func(result int, id string) bool { return of[id] == result })
	if joined.Baseline != nil {
		joined = joined.Against(*joined.Baseline)
	}
	joined, code := joined.Judged(VerdictOptions{Strict: joined.Strict, Partial: partial})
	if joined.Verdict == Inconclusive {
		joined.Reason = whyInconclusive(joined, results)
	}
	return joined, code, nil
}

// worstOf is a requirement as it is in the worst of several results, and in which. What is
// red each time is worse than a flake.
func worstOf(id string, results []Result) (worst Requirement, from int) {
	worst = results[0].find(id)
	for i, r := range results[1:] {
		again := r.find(id)
		more := badness(again.Outcome()) - badness(worst.Outcome())
		if more > 0 || more == 0 && worst.Flake != nil && again.Flake == nil {
			worst, from = again, i+1
		}
	}
	return worst, from
}

// whyInconclusive is what a shard says of it, or what is not proved.
func whyInconclusive(joined Result, results []Result) string {
	for _, r := range results {
		if r.Verdict == Inconclusive && r.Reason != "" {
			return r.Reason
		}
	}
	return "nothing shows " + Unproved(joined.Requirements) + "."
}

// mergeable says why results are not the shards of one run.
func mergeable(names []string, results []Result) error {
	first := results[0]
	for i, r := range results {
		switch {
		case r.Shard == nil:
			return fmt.Errorf("%s is of a whole run, and no shard of one: there is nothing to join it with", names[i])
		case r.Verdict == NoVerdict:
			return fmt.Errorf("%s, shard %d of %d, has no verdict: %s; judge that shard again", names[i], r.Shard.Index, r.Shard.Of, firstLine(r.Reason))
		}
	}
	if err := ofOneDay(names, results); err != nil {
		return err
	}
	in := map[int]string{} // the file of each shard
	for i, r := range results {
		differ := func(what string, one, another any) error {
			return fmt.Errorf("%s and %s are not of one run: they differ in %s, %v and %v", names[0], names[i], what, one, another)
		}
		switch {
		case r.Shard.Of != first.Shard.Of:
			return differ("how many shards there are", first.Shard.Of, r.Shard.Of)
		case r.Version != first.Version:
			return differ("the version of their format", first.Version, r.Version)
		case r.Tool != first.Tool:
			return differ("the version of Referee", first.Tool.Version, r.Tool.Version)
		case r.Shard.Receiver != first.Shard.Receiver:
			return fmt.Errorf("%s and %s are not of one run: they differ in the receiver: the URL, the image, the command, its folder, its variables, or the line of its log that is evidence", names[0], names[i])
		case r.Folder != first.Folder:
			return differ("the folder of the repository", fmt.Sprintf("%q", first.Folder), fmt.Sprintf("%q", r.Folder))
		case r.Seed != first.Seed:
			return differ("the seed", first.Seed, r.Seed)
		case r.Strict != first.Strict:
			return differ("--strict", first.Strict, r.Strict)
		case r.Runs != first.Runs:
			return differ("--repeat", max(first.Runs, 1), max(r.Runs, 1))
		case !slices.EqualFunc(first.Requirements, r.Requirements, func(a, b Requirement) bool { return a.ID == b.ID }):
			return differ("the catalogue", plainCount(first), plainCount(r))
		case r.Shard.Settings != first.Shard.Settings:
			return differ("the settings", "some of features, probe, expect, only, skip, as-of, catalogue, graph-version, evolve and ack-deadline", "others")
		case !sameBaseline(first.Baseline, r.Baseline):
			return differ("the baseline", baselineName(first.Baseline), baselineName(r.Baseline))
		}
		if other, twice := in[r.Shard.Index]; twice {
			return fmt.Errorf("%s and %s are both shard %d of %d", other, names[i], r.Shard.Index, r.Shard.Of)
		}
		in[r.Shard.Index] = names[i]
	}
	var missing []string
	for i := 1; i <= first.Shard.Of; i++ {
		if _, ok := in[i]; !ok {
			missing = append(missing, fmt.Sprintf("%d/%d", i, first.Shard.Of))
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("shard %s is missing: a verdict needs all of them", strings.Join(missing, " and "))
	}
	return judgedOnce(names, results)
}

// ofOneDay refuses results that were begun more than a day apart: what was judged may have
// changed since, and what is known of Meta.
func ofOneDay(names []string, results []Result) error {
	oldest, newest := 0, 0
	for i, r := range results {
		if r.Started.Before(results[oldest].Started) {
			oldest = i
		}
		if r.Started.After(results[newest].Started) {
			newest = i
		}
	}
	from, to := results[oldest].Started.UTC(), results[newest].Started.UTC()
	if to.Sub(from) <= 24*time.Hour {
		return nil
	}
	return fmt.Errorf("%s and %s are not of one run: they were started more than a day apart, on %s and %s; judge the shard of %[1]s again", names[oldest], names[newest], from.Format(time.DateOnly), to.Format(time.DateOnly))
}

// judgedOnce refuses requirements that no shard judged though they were selected, those that
// more than one did, and those of the whole run that not all did.
func judgedOnce(names []string, results []Result) error {
	for _, q := range results[0].Requirements {
		var by []string
		reasons := map[string]bool{}
		for i, r := range results {
			if again := r.find(q.ID); again.Outcome() != Skipped {
				by = append(by, names[i])
			} else {
				reasons[again.Reason] = true
			}
		}
		ofTheRun := slices.Contains(results[0].Shard.OfTheRun, q.ID)
		switch {
		case ofTheRun && len(by) < len(results):
			return fmt.Errorf("%s is about the whole run, and was judged in %d of %d shards only: judge all of them again, by one version of Referee", q.ID, len(by), len(results))
		case ofTheRun:
		case len(by) > 1:
			return fmt.Errorf("%s was judged in more than one shard: %s", q.ID, strings.Join(by, ", "))
		case len(by) == 0 && (len(reasons) > 1 || strings.HasPrefix(q.Reason, inShard)):
			return fmt.Errorf("%s was judged in no shard", q.ID)
		}
	}
	return nil
}

// inShard begins the reason of what is judged in another shard.
const inShard = "in shard "

// InShard is the reason of what is judged in another shard than this one.
func InShard(index, of int) string { return fmt.Sprintf("%s%d of %d", inShard, index, of) }

func plainCount(r Result) string { return fmt.Sprintf("%d requirements", len(r.Requirements)) }

// sameBaseline reports whether two baselines accept the same, whatever became of it.
func sameBaseline(a, b *Baseline) bool {
	if a == nil || b == nil {
		return a == b
	}
	return slices.EqualFunc(a.Entries, b.Entries, func(a, b BaselineEntry) bool {
		return a.Kind == b.Kind && a.ID == b.ID && a.Reason == b.Reason && a.Expires == b.Expires && a.Flaky == b.Flaky
	})
}

func baselineName(b *Baseline) string {
	if b == nil {
		return "none"
	}
	return fmt.Sprintf("%s with %d entries", b.File, len(b.Entries))
}
