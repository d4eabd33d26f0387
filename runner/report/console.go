package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// WriteConsole writes the result for people: what is broken and how to fix it,
// what was not judged and why, and the summary last, where the eye is.
func WriteConsole(w io.Writer, r Result, o Options) error {
	r = cleaned(r)
	requirements := ordered(r.Requirements)
	p := newPage(o)
	p.runs = r.Runs
	if o.All {
		p.broken(r, requirements, o)
	} else {
		open, left := r.withoutAccepted(requirements)
		p.broken(open, left, o)
	}
	p.flakes(r, requirements)
	p.accepted(r)
	brief := len(r.Causes) > 0 && !o.All // who has something to fix reads the causes
	if !brief {
		p.reasons("Not applicable", withOutcome(requirements, NotApplicable))
	}
	p.reasons("Skipped", withOutcome(requirements, Skipped))
	p.reasons("Not judged", withOutcome(requirements, NotJudged))
	p.errors("Errors of the harness", withOutcome(requirements, Errored))
	if !brief {
		p.topics(requirements)
	}
	p.verdict(r)
	p.labelled("Receiver", r.Receiver.URL)
	p.labelled("Features", strings.Join(r.Receiver.Features, ", "))
	p.labelled("Calls", r.Receiver.Interception)
	for _, note := range r.Receiver.Notes {
		if !o.toldByCause(note, r.Causes) {
			p.labelled("Note", note)
		}
	}
	p.labelled("Seed", fmt.Sprint(r.Seed))
	p.labelled("Took", (time.Duration(r.DurationMS) * time.Millisecond).String())
	var files []string
	for _, file := range o.Files {
		files = append(files, cleanLine(file.Name)+" "+cleanLine(file.Path))
	}
	p.labelled("Reports", strings.Join(files, "\n"))
	return p.writeTo(w, "the report for the console")
}

// requirements writes every requirement in full.
func (p *page) requirements(title string, requirements []Requirement) {
	if len(requirements) == 0 {
		return
	}
	p.heading(title, len(requirements))
	for _, r := range requirements {
		p.requirement(r)
		p.line("")
	}
}

// errors writes every requirement in full, but one line for each reason where
// requirements share one: of a receiver that died, the rest of the suite does.
func (p *page) errors(title string, requirements []Requirement) {
	reasons := map[string]bool{}
	for _, r := range requirements {
		reasons[r.reason()] = true
	}
	if len(reasons) < len(requirements) {
		p.reasons(title, requirements)
		return
	}
	p.requirements(title, requirements)
}

// reasons writes one line for each distinct reason: how many, why, which.
func (p *page) reasons(title string, requirements []Requirement) {
	if len(requirements) == 0 {
		return
	}
	ids := map[string][]string{}
	for _, r := range requirements {
		reason := strings.Join(strings.Fields(r.reason()), " ")
		ids[reason] = append(ids[reason], r.ID)
	}
	distinct := make([]string, 0, len(ids))
	for reason := range ids {
		distinct = append(distinct, reason)
	}
	slices.SortFunc(distinct, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(ids[b]), len(ids[a])), cmp.Compare(a, b))
	})
	p.heading(title, len(requirements))
	for _, reason := range distinct {
		count := fmt.Sprintf("%4d  ", len(ids[reason]))
		room := p.width - len(count) - columns(reason) - len(": ")
		for i, line := range Wrap(reason+": "+abbreviated(ids[reason], room), p.width-len(count)) {
			if i > 0 {
				count = strings.Repeat(" ", len(count))
			}
			p.line(count + line)
		}
	}
	p.line("")
}

// abbreviated names as many ids as there is room for, at least one, each in
// full, and says how many more there are.
func abbreviated(ids []string, room int) string {
	for shown := len(ids); shown > 1; shown-- {
		if text := someOf(ids, shown); columns(text) <= room {
			return text
		}
	}
	return someOf(ids, 1)
}

func someOf(ids []string, shown int) string {
	text := strings.Join(ids[:shown], ", ")
	if rest := len(ids) - shown; rest > 0 {
		text += fmt.Sprintf(", %d more", rest)
	}
	return text
}

// topics writes one line of counts for each topic, and one for all.
func (p *page) topics(requirements []Requirement) {
	if len(requirements) == 0 {
		return
	}
	width := len("topic")
	for _, r := range requirements {
		width = max(width, columns(r.topic()))
	}
	row := func(c paint, name string, counts ...any) {
		padding := strings.Repeat(" ", width-columns(name))
		p.line(p.painted(c, "  "+name+padding+fmt.Sprintf("%8s%8s%8s%16s%9s%12s", counts...)))
	}
	row(dim, "topic", "passed", "failed", "warned", "not applicable", "skipped", "not judged")
	numbers := func(c Counts) []any {
		var cells []any
		for _, n := range []int{c.Passed, c.Failed, c.Warned, c.NotApplicable, c.Skipped, c.NotJudged + c.Error} {
			cell := "-" // a zero is easier to overlook than a dash is to misread
			if n > 0 {
				cell = fmt.Sprint(n)
			}
			cells = append(cells, cell)
		}
		return cells
	}
	for _, topic := range byTopic(requirements) {
		counts := Count(topic)
		c := plain
		switch {
		case counts.Failed > 0:
			c = markOf(Failed).paint
		case counts.Error+counts.NotJudged > 0:
			c = markOf(Errored).paint
		case counts.Warned > 0:
			c = markOf(Warned).paint
		}
		row(c, topic[0].topic(), numbers(counts)...)
	}
	row(bold, "all", numbers(Count(requirements))...)
	p.line("")
}

// notJudged says how many requirements were not judged; empty where all were.
func notJudged(c Counts) string {
	if n := c.NotJudged + c.Error; n > 0 {
		return fmt.Sprintf(", %d not judged", n)
	}
	return ""
}

// verdict writes the one line that most readers came for.
func (p *page) verdict(r Result) {
	sign, text := verdictOf(r)
	for i, line := range Wrap(sign.sign+" "+text, p.width) {
		if i > 0 {
			line = "  " + line
		}
		p.line(p.painted(sign.paint, line))
	}
	p.line("")
}
