package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// WriteTAP writes the result as TAP 14 (https://testanything.org/tap-version-14-specification.html):
// a point for each requirement. A broken SHOULD is a point that is not ok and to do, which
// fails nothing, unless Strict is set. A run that did not come to its end bails out.
func WriteTAP(w io.Writer, r Result, o Options) error {
	r = cleaned(r)
	var b strings.Builder
	_, verdict := verdictOf(r)
	fmt.Fprintf(&b, "TAP version 14\n# %s\n", tapLine(verdict))
	for _, c := range r.Causes {
		fmt.Fprintf(&b, "# cause %s: %s\n", tapLine(c.ID), tapLine(c.Title))
	}
	requirements := ordered(r.Requirements)
	if len(requirements) > 0 || r.Verdict != NoVerdict {
		fmt.Fprintf(&b, "1..%d\n", len(requirements))
	}
	for i, q := range requirements {
		outcome := q.Outcome()
		ok, directive := "ok", ""
		switch outcome {
		case Passed:
		case NotApplicable, Skipped:
			directive = " # SKIP " + tapLine(firstLine(q.reason()))
		case Warned:
			ok = "not ok"
			if q.Level == May || !o.Strict {
				directive = " # TODO a warning, no failure"
			}
		default:
			ok = "not ok"
		}
		if why := r.acceptedFor(q.ID); why != "" && ok != "ok" {
			directive = " # TODO " + tapLine(why)
		}
		fmt.Fprintf(&b, "%s %d - %s: %s%s\n", ok, i+1, tapLine(q.ID), tapLine(q.Title), directive)
		if ok != "ok" {
			b.WriteString(tapDetails(r, q))
		}
	}
	if r.Verdict == NoVerdict || r.Reason != "" && r.Verdict != Nonconformant {
		fmt.Fprintf(&b, "Bail out! %s\n", tapLine(firstLine(verdict)))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write the TAP report: %w", err)
	}
	return nil
}

// tapDetails is the YAML block of a point. A text in JSON is one in YAML.
func tapDetails(r Result, q Requirement) string {
	var b strings.Builder
	b.WriteString("  ---\n")
	add := func(key, text string) {
		if text == "" {
			return
		}
		quoted, err := json.Marshal(text)
		if err == nil {
			fmt.Fprintf(&b, "  %s: %s\n", key, quoted)
		}
	}
	add("severity", string(q.Outcome()))
	add("level", string(q.Level))
	if c, ok := r.CauseOf(q.ID); ok {
		add("cause", c.ID)
		add("at", c.Where)
	}
	add("message", q.headline())
	add("flake", r.flakeOf(q.ID))
	if f := q.Finding; f != nil {
		add("sent", f.Stimulus)
		add("wanted", f.Expected)
		add("found", f.Actual)
		add("reproduce", f.Reproduce)
	}
	add("source", q.Source)
	b.WriteString("  ...\n")
	return b.String()
}

// tapLine is text on one line that begins no directive.
func tapLine(text string) string {
	return strings.NewReplacer(`\`, `\\`, "#", `\#`).Replace(strings.Join(strings.Fields(text), " "))
}
