package report_test

import (
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/report"
)

func files() []report.File {
	return []report.File{{Format: report.Format{Name: "JUnit"}, Path: "build/referee.xml"}, {Format: report.Format{Name: "JSON"}, Path: "build/referee.json"}}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	explained := wrongSecret()
	explained.Status, explained.Finding = "", nil
	explanation := report.Explanation{
		Requirement: explained,
		JudgedWhen:  []string{"the receiver was seen to answer at least one kind of event"},
		Wild: []report.Wild{
			{Broke: "Of 36 public receivers, 13 answered a delivery with a wrong signature."},
			{Report: "somebody/a_bot#7", URL: "https://github.com/somebody/a_bot/issues/7", Broke: "Any signature was taken for right."},
		},
		Mutants: []string{"accepts-any-signature"},
	}
	coded := explanation
	coded.Code = &report.Code{
		Topic: "raw-signature", Stack: "flask", Language: "py",
		Prose: "The signature is over the bytes as they came: request.get_data() has them, request.json has not.",
		Text:  "@app.before_request\ndef check_signature():\n    a_line_that_is_longer_than_the_page_stays_whole = \"or it could not be pasted any more\"",
	}
	uncoded := explanation
	uncoded.Code = &report.Code{Stack: "flask"}
	marked := report.Explanation{Requirement: report.Requirement{
		ID: "handshake.challenge", Level: report.Must, Basis: report.Documented, Title: "A `<b>` and a <b> stay what they *are*",
		Source: "https://example.com/a_b", Quote: `{"a_b":["|"]}`, Why: "Not `closed.", Remedy: "None.",
	}}
	variants := []report.Variant{
		{ID: "referral.ads", Status: "documented", Title: "A click on an ad that opens an existing conversation", Family: "Referrals"},
		{ID: "referral.customer-chat-plugin.guest", Status: "retired", Title: "A guest begins to chat on a website", Family: "Referrals"},
		{ID: "message.text", Status: "documented", Title: "Text", Family: "Messages"},
	}
	conformant := sample()
	conformant.Requirements = conformant.Requirements[2:5]
	conformant.Verdict, _ = report.Judge(conformant.Requirements, report.VerdictOptions{})
	nothing := report.Result{Verdict: report.Empty}

	tests := []struct {
		file  string
		write func(io.Writer) error
	}{
		{"console.txt", func(w io.Writer) error { return report.WriteConsole(w, sample(), report.Options{Files: files()}) }},
		{"console-color.txt", func(w io.Writer) error {
			return report.WriteConsole(w, sample(), report.Options{Color: true})
		}},
		{"console-narrow.txt", func(w io.Writer) error {
			return report.WriteConsole(w, sample(), report.Options{Width: 50})
		}},
		{"console-hostile.txt", func(w io.Writer) error { return report.WriteConsole(w, hostile(), report.Options{}) }},
		{"console-conformant.txt", func(w io.Writer) error { return report.WriteConsole(w, conformant, report.Options{}) }},
		{"console-empty.txt", func(w io.Writer) error { return report.WriteConsole(w, nothing, report.Options{}) }},
		{"console-causes.txt", func(w io.Writer) error { return report.WriteConsole(w, caused(), report.Options{}) }},
		{"console-causes-color.txt", func(w io.Writer) error {
			return report.WriteConsole(w, caused(), report.Options{Color: true})
		}},
		{"console-causes-all.txt", func(w io.Writer) error {
			return report.WriteConsole(w, caused(), report.Options{All: true, Width: 60})
		}},
		{"console-causes-hostile.txt", func(w io.Writer) error { return report.WriteConsole(w, hostileCauses(), report.Options{}) }},
		{"result-causes.json", func(w io.Writer) error { return report.WriteJSON(w, caused()) }},
		{"junit-causes.xml", func(w io.Writer) error { return report.WriteJUnit(w, caused(), report.Options{}) }},
		{"summary.md", func(w io.Writer) error { return report.WriteMarkdown(w, caused(), report.Options{}) }},
		{"summary-hostile.md", func(w io.Writer) error { return report.WriteMarkdown(w, foreign(), report.Options{}) }},
		{"summary-conformant.md", func(w io.Writer) error { return report.WriteMarkdown(w, conformant, report.Options{}) }},
		{"annotations.txt", func(w io.Writer) error { return report.WriteAnnotations(w, caused(), report.Options{}) }},
		{"summary-accepted.md", func(w io.Writer) error { return report.WriteMarkdown(w, acceptedInPart(), report.Options{}) }},
		{"annotations-accepted.txt", func(w io.Writer) error { return report.WriteAnnotations(w, acceptedInPart(), report.Options{}) }},
		{"annotations-unjudged.txt", func(w io.Writer) error { return report.WriteAnnotations(w, unjudged(), report.Options{}) }},
		{"referee.sarif", func(w io.Writer) error { return report.WriteSARIF(w, caused(), report.Options{}) }},
		{"referee.tap", func(w io.Writer) error { return report.WriteTAP(w, caused(), report.Options{}) }},
		{"referee-unjudged.tap", func(w io.Writer) error { return report.WriteTAP(w, unjudged(), report.Options{}) }},
		{"badge.svg", func(w io.Writer) error { return report.WriteBadge(w, caused(), report.Options{}) }},
		{"badge.json", func(w io.Writer) error { return report.WriteBadgeEndpoint(w, caused(), report.Options{}) }},
		{"badge-unjudged.json", func(w io.Writer) error { return report.WriteBadgeEndpoint(w, unjudged(), report.Options{}) }},
		{"report.html", func(w io.Writer) error { return bare(w, caused()) }},
		{"cause.txt", func(w io.Writer) error { return report.WriteCause(w, senderless(), nil, report.Options{}) }},
		{"result.json", func(w io.Writer) error { return report.WriteJSON(w, sample()) }},
		{"result-hostile.json", func(w io.Writer) error { return report.WriteJSON(w, hostile()) }},
		{"result-empty.json", func(w io.Writer) error { return report.WriteJSON(w, nothing) }},
		{"junit.xml", func(w io.Writer) error { return report.WriteJUnit(w, sample(), report.Options{}) }},
		{"junit-strict.xml", func(w io.Writer) error {
			return report.WriteJUnit(w, sample(), report.Options{Strict: true})
		}},
		{"junit-unjudged.xml", func(w io.Writer) error { return report.WriteJUnit(w, unjudged(), report.Options{}) }},
		{"result-unjudged.json", func(w io.Writer) error { return report.WriteJSON(w, unjudged()) }},
		{"junit-hostile.xml", func(w io.Writer) error { return report.WriteJUnit(w, hostile(), report.Options{}) }},
		{"explain-code.txt", func(w io.Writer) error { return report.WriteExplanation(w, coded, report.Options{}) }},
		{"explain-uncoded.txt", func(w io.Writer) error { return report.WriteExplanation(w, uncoded, report.Options{}) }},
		{"explain.txt", func(w io.Writer) error { return report.WriteExplanation(w, explanation, report.Options{}) }},
		{"catalogue.md", func(w io.Writer) error {
			return report.WriteCatalogue(w, "All there are.", []report.Explanation{marked, explanation})
		}},
		{"requirements.txt", func(w io.Writer) error {
			return report.WriteRequirements(w, sample().Requirements, report.Options{})
		}},
		{"variants.txt", func(w io.Writer) error {
			return report.WriteVariants(w, []string{"Referrals", "Messages"}, variants, report.Options{})
		}},
		{"variants-narrow.txt", func(w io.Writer) error {
			return report.WriteVariants(w, []string{"Referrals", "Messages"}, variants, report.Options{Width: 60})
		}},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			t.Parallel()
			golden(t, test.file, test.write)
		})
	}
}

// bare writes the HTML report without its style and its script, which are files.
func bare(w io.Writer, r report.Result) error {
	var b strings.Builder
	err := report.WriteHTML(&b, r, report.Options{})
	text := regexp.MustCompile(`(?s)<(style|script)>.*?</`).ReplaceAllString(b.String(), "<$1></")
	_, written := io.WriteString(w, regexp.MustCompile(`sha256-[^']+`).ReplaceAllString(text, "sha256"))
	return errors.Join(err, written)
}

// What is written does not depend on the order in which a run ended.
func TestReportsAreStable(t *testing.T) {
	t.Parallel()
	straight, reversed := sample(), sample()
	n := len(reversed.Requirements)
	for i := range n / 2 {
		reversed.Requirements[i], reversed.Requirements[n-1-i] = reversed.Requirements[n-1-i], reversed.Requirements[i]
	}
	writers := map[string]func(io.Writer, report.Result) error{
		"console": func(w io.Writer, r report.Result) error { return report.WriteConsole(w, r, report.Options{}) },
	}
	for _, f := range report.Formats() {
		writers[f.Name] = func(w io.Writer, r report.Result) error { return f.Write(w, r, report.Options{}) }
	}
	for name, write := range writers {
		a := text(t, func(w io.Writer) error { return write(w, straight) })
		b := text(t, func(w io.Writer) error { return write(w, reversed) })
		if a != b {
			t.Errorf("%s depends on the order of the requirements:\n%s\n%s", name, a, b)
		}
	}
}

// A hostile receiver gets neither a control character nor broken UTF-8 through.
func TestNothingHostileGetsThrough(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	r, causes := hostile(), hostileCauses()
	for _, write := range []func(io.Writer) error{
		func(w io.Writer) error { return report.WriteConsole(w, r, report.Options{}) },
		func(w io.Writer) error { return report.WriteJSON(w, r) },
		func(w io.Writer) error { return report.WriteJUnit(w, r, report.Options{Strict: true}) },
		func(w io.Writer) error { return report.WriteConsole(w, causes, report.Options{All: true}) },
		func(w io.Writer) error {
			var all []error
			for _, f := range report.Formats() {
				all = append(all, f.Write(w, causes, report.Options{}))
			}
			return errors.Join(append(all, report.WriteAnnotations(w, causes, report.Options{}))...)
		},
		func(w io.Writer) error { return report.WriteCause(w, causes.Causes[0], nil, report.Options{}) },
		func(w io.Writer) error {
			return report.WriteComparison(w, report.Compare(sample(), causes), report.Options{})
		},
		func(w io.Writer) error {
			return report.WriteExplanation(w, report.Explanation{Requirement: r.Requirements[0]}, report.Options{})
		},
		func(w io.Writer) error {
			return report.WriteCatalogue(w, "", []report.Explanation{{Requirement: r.Requirements[0]}})
		},
		func(w io.Writer) error { return report.WriteRequirements(w, r.Requirements, report.Options{}) },
		func(w io.Writer) error {
			p := report.NewProgress(w, report.Options{})
			p.Start(len(r.Requirements))
			for _, q := range r.Requirements {
				p.Done(q)
			}
			p.Finish()
			return nil
		},
	} {
		all.WriteString(text(t, write))
	}
	if got := all.String(); got != report.Clean(got) {
		t.Errorf("something came through:\n%s", report.Clean(got))
	}
}

// A command is for copying: it stays in one piece at any width.
func TestCommandsAndLinksAreNotBroken(t *testing.T) {
	t.Parallel()
	q := wrongSecret()
	for _, width := range []int{0, 1, 40, 80, 300} {
		got := text(t, func(w io.Writer) error { return report.WriteConsole(w, sample(), report.Options{Width: width}) })
		for _, whole := range []string{"Try: " + q.Finding.Reproduce + "\n", "Read: " + q.Source + "\n"} {
			if !strings.Contains(got, whole) {
				t.Errorf("at width %d there is no unbroken %q in\n%s", width, whole, got)
			}
		}
	}
}
