package tools

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/runner/payload"
	"github.com/seed-11445fa1/referee/schemas"
)

// sinceQuestion asks since when Meta sends what is in a payload.
type sinceQuestion struct {
	given
	// Index counts the payloads of what was given from 0.
	Index int `json:"index,omitempty"`
}

// dated is what the history says of a payload.
type dated struct {
	// Steps are the days on which something in it came or went, the oldest first. What
	// none of them is about was there as far as the history goes back.
	Steps []step `json:"steps"`
	// First is the day with which the history begins.
	First string `json:"first"`
}

// step is a day from which on something is sent, or no more.
type step struct {
	Date string `json:"date"`
	// Gone tells that it is sent no more from this day on.
	Gone    bool   `json:"gone,omitempty"`
	Pointer string `json:"pointer"`
	Place   *place `json:"place,omitempty"`
	// Message is what a catalogue of a day without it says of it: "is an unknown member".
	Message string `json:"message"`
	// Version of the Graph API, Change and Source are those of the history.
	Version string `json:"version,omitempty"`
	Change  string `json:"change,omitempty"`
	Source  string `json:"source,omitempty"`
}

func (t *Tools) since(q sinceQuestion) (dated, error) {
	var body, alone []byte
	in, n := places{text: q.bytes()}, 0
	err := each(q.given, func(payload.Payload) struct{} { return struct{}{} }, func(p payload.Payload, _ struct{}) {
		if here := in.of(p.Body); n == q.Index {
			body, alone = p.Body, here
		}
		n++
	})
	switch {
	case err != nil:
		return dated{}, err
	case q.Index < 0 || q.Index >= n:
		return dated{}, fmt.Errorf("there is no payload %d: the text has %d, counted from 0", q.Index, n)
	}
	ever, err := t.asOf("")
	if err != nil {
		return dated{}, err
	}
	l := lookback{tools: t, body: body, history: ever.History(), seen: map[int]strangers{}}
	if l.always, err = strangersIn(ever, body); err != nil {
		return dated{}, err
	}
	if err := l.findDays(); err != nil {
		return dated{}, err
	}
	told := dated{Steps: []step{}, First: l.history[0].Date}
	for _, s := range l.steps() {
		s.Place = placeOf(alone, s.Pointer)
		told.Steps = append(told.Steps, s)
	}
	return told, l.err
}

// strangers are what a catalogue says of a body, by what is wrong where.
type strangers map[[2]string]schemas.Problem

func strangersIn(c *schemas.Catalogue, body []byte) (strangers, error) {
	r, err := c.Read(body)
	if err != nil {
		return nil, err
	}
	found := strangers{}
	for _, p := range slices.Concat(r.Problems, r.Novelties) {
		if p.Breach != schemas.OtherDay { // which the variant itself says better
			found[[2]string{p.Pointer, string(p.Breach) + " " + p.Member}] = p
		}
	}
	return found, nil
}

// within reports whether one of them is about what a pointer names, or what is around it.
func (s strangers) within(pointer string) bool {
	for _, p := range s {
		if p.Pointer == pointer || strings.HasPrefix(pointer, p.Pointer+"/") {
			return true
		}
	}
	return false
}

// lookback looks for the days on which the catalogue learned of what is in a body. Days
// between which nothing changed are not looked at.
type lookback struct {
	tools   *Tools
	body    []byte
	history []schemas.Change
	always  strangers // what no day knows
	days    []string  // the day before the history begins, then each of it, in order
	seen    map[int]strangers
	found   []step
	err     error
}

func (l *lookback) findDays() error {
	days := map[string]bool{}
	for _, change := range l.history {
		day, err := l.dayOf(change)
		if err != nil {
			return err
		}
		days[day] = true
	}
	l.days = slices.Sorted(maps.Keys(days))
	first, err := time.Parse(time.DateOnly, l.days[0])
	if err != nil {
		return fmt.Errorf("the history begins with %s: %w", l.days[0], err)
	}
	l.days = append([]string{first.AddDate(0, 0, -1).Format(time.DateOnly)}, l.days...)
	return nil
}

// dayOf is the day on which a change happened: the first one of a month or year.
func (l *lookback) dayOf(change schemas.Change) (string, error) {
	day := change.Date + "-01-01"[len(change.Date)-len("2006"):]
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return "", fmt.Errorf("the history has the date %q: %w", change.Date, err)
	}
	return day, nil
}

// at is what only other days know of the body.
func (l *lookback) at(i int) strangers {
	if s, ok := l.seen[i]; ok || l.err != nil {
		return s
	}
	c, err := l.tools.onDay(l.days[i])
	if err == nil {
		l.seen[i], err = strangersIn(c, l.body)
		maps.DeleteFunc(l.seen[i], func(key [2]string, _ schemas.Problem) bool {
			_, always := l.always[key]
			return always
		})
	}
	l.err = err
	return l.seen[i]
}

// steps are the days on which something in the body came or went.
func (l *lookback) steps() []step {
	last := len(l.days) - 1
	between := false // something is sent neither in the beginning nor in the end
	for key := range l.at(0) {
		_, still := l.at(last)[key]
		between = between || still
	}
	l.look(0, last, between)
	slices.SortStableFunc(l.found, func(a, b step) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Pointer, b.Pointer))
	})
	return l.found
}

// look looks for steps after one day, up to another; at each day in between if it has to.
func (l *lookback) look(from, to int, everywhere bool) {
	before, after := l.at(from), l.at(to)
	same := func(a, b schemas.Problem) bool { return a.Pointer == b.Pointer && a.Breach == b.Breach }
	switch {
	case l.err != nil || !everywhere && maps.EqualFunc(before, after, same):
		return
	case to-from > 1:
		middle := (from + to) / 2
		l.look(from, middle, everywhere)
		l.look(middle, to, everywhere)
		return
	}
	for key, p := range before {
		if _, still := after[key]; !still && !after.within(p.Pointer) {
			l.add(to, p, false)
		}
	}
	for key, p := range after {
		// What stands in something that was unknown the day before did not go: nobody
		// had looked into it.
		if _, already := before[key]; !already && !before.within(p.Pointer) {
			l.add(to, p, true)
		}
	}
}

// add adds a step, with the changes of its day that are about it; of others, if none is.
func (l *lookback) add(day int, p schemas.Problem, gone bool) {
	s := step{Date: l.days[day], Gone: gone, Pointer: p.Pointer, Message: p.Message}
	fits := func(places []string) bool {
		tokens := strings.Split(p.Pointer, "/")
		name := cmp.Or(p.Member, tokens[len(tokens)-1])
		value, _ := schemas.Decode(l.body)
		value, _ = schemas.ValueAt(value, p.Pointer)
		text, _ := value.(string)
		return slices.ContainsFunc(places, func(place string) bool {
			last := place[strings.LastIndexByte(place, '/')+1:]
			return last == name || text != "" && schemas.UnescapeToken(last) == text
		})
	}
	var rest *schemas.Change
	for i, change := range l.history {
		if on, err := l.dayOf(change); err != nil || on != l.days[day] {
			continue
		}
		places := change.Adds
		if gone {
			places = change.Removes
		}
		if fits(places) {
			rest = &l.history[i]
			break
		}
		if rest == nil && len(places) > 0 {
			rest = &l.history[i]
		}
	}
	if rest != nil {
		s.Date, s.Version, s.Change, s.Source = rest.Date, rest.Version, rest.Change, rest.Source
	}
	l.found = append(l.found, s)
}
