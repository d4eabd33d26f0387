package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// notes report the receiver's ends, also where no requirement about them was judged,
// and for how long it was watched.
func (e *engine) notes() []string {
	var notes []string
	add := func(format string, args ...any) {
		if text := fmt.Sprintf(format, args...); !slices.Contains(notes, text) {
			notes = append(notes, text)
		}
	}
	of := map[string][]string{} // requests that ended the receiver, by how it ended
	for _, d := range e.deaths {
		if how := FirstLine(d.how); d.after != "" && !slices.Contains(of[how], d.after) {
			of[how] = append(of[how], d.after)
		}
	}
	for _, d := range e.deaths {
		switch how := FirstLine(d.how); {
		case d.after != "":
			add("The receiver %s, twice of two, of: %s.", how, someOf(of[how]))
		case e.lifeline.gone() == nil:
			add("The receiver %s during the run; no delivery brings that about when it is sent alone, twice of two.", how)
		}
	}
	if e.crashNote != "" {
		add("%s", e.crashNote)
	}
	if e.silence > 0 {
		add("What must bring nothing was watched for at least %s.", round(e.silence))
	}
	return notes
}

// someOf names the first few of many.
func someOf(names []string) string {
	const most = 3
	if further := len(names) - most; further > 0 {
		return fmt.Sprintf("%s; and %d more", strings.Join(names[:most], "; "), further)
	}
	return strings.Join(names, "; ")
}

// watchedFor notes for how long it was watched whether anything comes of what a spec
// sent that must bring nothing.
func (e *engine) watchedFor(t *trial, now time.Time) {
	if len(t.session.alarms) == 0 {
		return
	}
	for _, r := range t.requests() {
		if since := now.Sub(r.ended); !r.ended.IsZero() && (e.silence == 0 || since < e.silence) {
			e.silence = since
		}
	}
}
