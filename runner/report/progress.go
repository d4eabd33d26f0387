package report

import (
	"fmt"
	"io"
	"regexp"
	"sync"

	"github.com/schollz/progressbar/v3"
)

// Progress shows how far a run is. On a terminal (Options.Live) that is one line
// with the count, the failures so far and the latest id; elsewhere it is one
// plain line for the first of those broken MUSTs that broke in the same way, as it
// happens, and for the first of those that could not be judged for the same reason.
// Everything else is for the report.
//
// Errors of the writer are ignored: a run does not end because nobody watches.
// Its methods may be called from several goroutines.
type Progress struct {
	mu      sync.Mutex
	w       io.Writer
	redact  func(string) string
	width   int
	live    bool
	total   int
	broken  int
	told    map[string]bool          // what was told: how a MUST broke, why nothing was judged
	counted map[string]bool          // requirements that the bar has counted
	bar     *progressbar.ProgressBar // nil unless live and started
}

// NewProgress returns a display that writes to w. It uses Width, Live and
// Secrets.
func NewProgress(w io.Writer, o Options) *Progress {
	width := o.Width
	if width <= 0 {
		width = defaultWidth
	}
	return &Progress{w: w, redact: Redactor(o.Secrets).Replace, width: width, live: o.Live}
}

// barColumns is the width of the bar itself; the rest of the line is for ids.
const barColumns = 12

// Start begins with nothing done of total requirements.
func (p *Progress) Start(total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total, p.broken, p.told, p.counted = total, 0, map[string]bool{}, map[string]bool{}
	if !p.live || total <= 0 {
		return
	}
	p.bar = progressbar.NewOptions(total,
		progressbar.OptionSetWriter(p.w),
		progressbar.OptionSetWidth(barColumns),
		progressbar.OptionShowCount(),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionShowDescriptionAtLineEnd(),
		progressbar.OptionUseANSICodes(true),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetRenderBlankState(true),
	)
}

// Done counts one requirement as judged.
func (p *Progress) Done(r Requirement) {
	r = r.mapTexts(p.redact, asItIs).mapTexts(Clean, cleanLine)
	outcome := r.Outcome()
	p.mu.Lock()
	defer p.mu.Unlock()
	word := broken(outcome)
	if word != "" && outcome != NotJudged {
		p.broken++
	}
	switch {
	case p.bar != nil:
		p.count(r.ID, r.ID)
	case word != "" && outcome != Warned && !p.live:
		p.tell(word, r)
	}
}

// tell writes one line, but none that says what one before it said of the same topic: of
// a receiver with one defect, many requirements are broken in the same way.
func (p *Progress) tell(word string, r Requirement) {
	line := r.headline()
	what := times.ReplaceAllString(line, "")
	if word == broken(Failed) {
		what = r.topic() + " " + what
	}
	if p.told[what] {
		return
	}
	if p.told == nil {
		p.told = map[string]bool{}
	}
	p.told[what] = true
	fmt.Fprintf(p.w, "%s %s – %s\n", word, r.ID, line)
}

// times are the parts of a text that are never the same twice.
var times = regexp.MustCompile(`\b[0-9.]+ ?(?:ns|µs|ms|s|m|h)\b`)

// Pending counts one requirement whose verdict is still to be confirmed.
func (p *Progress) Pending(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		p.count(id, id+" (pending)")
	}
}

// count moves the bar on, once for each requirement, and names the latest.
func (p *Progress) count(id, text string) {
	p.bar.Describe(p.description(text))
	if p.counted[id] {
		_ = p.bar.RenderBlank()
		return
	}
	p.counted[id] = true
	_ = p.bar.Add(1)
}

// broken is the word for an outcome that needs attention, "" for any other.
func broken(outcome Status) string {
	switch outcome {
	case Passed, NotApplicable, Skipped:
		return ""
	case Failed:
		return "FAIL"
	case Warned:
		return "WARN"
	case NotJudged:
		return "NOT JUDGED"
	default:
		return "ERROR"
	}
}

// Finish removes the live line, if there is one.
func (p *Progress) Finish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar == nil {
		return
	}
	_ = p.bar.Exit()
	_ = p.bar.Clear()
	p.bar = nil
}

// description is what stands behind the bar, short enough to keep the line one
// line: a line that the terminal breaks could not be removed again.
func (p *Progress) description(id string) string {
	text := id
	if p.broken > 0 {
		text = fmt.Sprintf("%d broken  %s", p.broken, id)
	}
	count := fmt.Sprintf("(%d/%d)", p.total, p.total)
	const around = "  99% || " + "  " // percentage and frame, and the spaces beside the text
	// The last column stays free: writing there makes some terminals go on to
	// the next line.
	room := p.width - 1 - len(around) - barColumns - len(count)
	return Shortened(text, max(room, 0))
}
