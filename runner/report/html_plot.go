package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// The edges of what is drawn, in units of the picture.
const plotLeft, plotRight = 20.0, 590.0

type (
	// plot is a distribution of times, on an axis of powers of ten.
	plot struct {
		Title, Text  string
		Bars         []bar
		Ticks, Marks []label
	}
	bar struct {
		X, Y, W, H string
		Text       string
	}
	label struct{ X, Anchor, Text string }

	// way is the way of one request on an axis of time.
	way struct {
		Passage
		Height     int
		Gate, Sent label // where the waiting for its turn begins, and where it ends
		Points     []point
		Steps      []step
		Text       string // what is drawn, in words
	}
	point struct{ X, Class string }
	step  struct{ Class, Text string }
	// moment is a step that is drawn, at so many microseconds from the sending on.
	moment struct {
		us int64
		step
	}
)

// unit writes a coordinate.
func unit(x float64) string { return fmt.Sprintf("%.1f", x) }

// shortTime is a time for people, of so many microseconds.
func shortTime(us int64) string {
	d := time.Duration(us) * time.Microsecond
	switch {
	case d >= 10*time.Second:
		return d.Round(100 * time.Millisecond).String()
	case d >= time.Second:
		return d.Round(10 * time.Millisecond).String()
	case d >= 10*time.Millisecond:
		return d.Round(time.Millisecond).String()
	case d >= time.Millisecond:
		return d.Round(100 * time.Microsecond).String()
	}
	return d.String()
}

func plots(l *Latencies) (all []plot) {
	if l == nil {
		return nil
	}
	for _, p := range []struct {
		title string
		of    Distribution
	}{{"Time to acknowledgement.", l.Acknowledgement}, {"Time to evidence.", l.Evidence}} {
		if p.of.Count > 0 && len(p.of.Classes) > 0 {
			all = append(all, plotOf(p.title, p.of))
		}
	}
	return all
}

func plotOf(title string, d Distribution) plot {
	text := fmt.Sprintf("%d requests; the longest took %s.", d.Count, shortTime(d.MaxUS))
	var marks []quantile
	for _, part := range []float64{0.5, 0.95, 0.99} {
		within := d.Within(part).Microseconds()
		text += fmt.Sprintf(" %.0f %% took at most %s.", part*100, shortTime(within))
		marks = append(marks, quantile{fmt.Sprintf("p%.0f", part*100), within})
	}
	return histogram(title, text, d.Classes, marks)
}

// quantile is the time that a part of all took at most.
type quantile struct {
	name string
	us   int64
}

// histogram draws classes, at least one, and marks among them.
func histogram(title, text string, classes []Class, marks []quantile) plot {
	const bottom, height = 150.0, 125.0
	first := math.Floor(math.Log10(float64(classes[0].UpToUS)) - 1.0/classesPerDecade)
	last := math.Max(first+1, math.Ceil(math.Log10(float64(classes[len(classes)-1].UpToUS))))
	at := func(us float64) float64 {
		return plotLeft + (plotRight-plotLeft)*(math.Log10(math.Max(us, 1))-first)/(last-first)
	}
	most := 1
	for _, c := range classes {
		most = max(most, c.Count)
	}
	p := plot{Title: title, Text: text}
	wide := (plotRight - plotLeft) / (last - first) / classesPerDecade
	for _, c := range classes {
		high := math.Max(1.5, height*float64(c.Count)/float64(most))
		p.Bars = append(p.Bars, bar{
			unit(at(float64(c.UpToUS)) - wide + 1), unit(bottom - high), unit(math.Max(1, wide-2)), unit(high),
			fmt.Sprintf("%d up to %s", c.Count, shortTime(c.UpToUS)),
		})
	}
	for n := first; n <= last; n++ {
		us := math.Pow(10, n)
		p.Ticks = append(p.Ticks, label{unit(at(us)), anchor(at(us)), shortTime(int64(us))})
	}
	before := math.Inf(-1)
	for _, m := range marks {
		x := math.Min(at(float64(m.us)), plotRight)
		if x-before < 80 { // its label would stand on the last
			continue
		}
		p.Marks = append(p.Marks, label{unit(x), anchor(x), m.name + " " + shortTime(m.us)})
		before = x
	}
	return p
}

// anchor keeps a text at the edge inside the picture.
func anchor(x float64) string {
	switch {
	case x > plotRight-40:
		return "end"
	case x < plotLeft+25:
		return "start"
	}
	return "middle"
}

// wayOf draws a passage: its time is linear, from when it was due to the last that is
// known of it.
func wayOf(p Passage) way {
	end := p.Answered
	for _, e := range p.Evidence {
		end = max(end, e.After)
	}
	proved := p.Proved > 0 && len(p.Evidence) == 0 // of what came, it says nothing more
	if proved {
		end = max(end, p.Proved)
	}
	end = max(end, 1)
	// The waiting is the harness's, and must not hide the rest: it has a quarter at most.
	share := math.Min(0.25, float64(p.Gate)/float64(p.Gate+end))
	start := plotLeft + (plotRight-plotLeft)*share
	at := func(us int64) string { return unit(start + (plotRight-plotLeft)*(1-share)*float64(us)/float64(end)) }
	w := way{Passage: p, Height: 28, Gate: label{X: unit(plotLeft)}, Sent: label{X: unit(start)}}
	if p.Gate > 0 {
		w.Steps = append(w.Steps, step{"wait", "waited " + shortTime(p.Gate) + " for its turn"})
	}
	marks := []moment{{0, step{"sent", "sent"}}}
	if p.Status > 0 {
		marks = append(marks, moment{p.Answered, step{"answered", fmt.Sprintf("answered %d after %s", p.Status, shortTime(p.Answered))}})
	}
	for _, e := range p.Evidence {
		marks = append(marks, moment{e.After, step{"evidence", e.Kind + " after " + shortTime(e.After)}})
	}
	if proved {
		marks = append(marks, moment{p.Proved, step{"proved", "nothing had come of it when a later event was handled, after " + shortTime(p.Proved)}})
	}
	slices.SortStableFunc(marks, func(a, b moment) int { return cmp.Compare(a.us, b.us) })
	for _, m := range marks {
		w.Points = append(w.Points, point{at(m.us), m.Class})
		w.Steps = append(w.Steps, m.step)
	}
	switch {
	case p.Status == 0:
		w.Steps = append(w.Steps, step{"none", strings.TrimSuffix("no answer: "+p.Error, ": ")})
	case p.Error != "":
		w.Steps = append(w.Steps, step{"none", p.Error})
	}
	for i, s := range w.Steps {
		if i > 0 {
			w.Text += ", "
		}
		w.Text += s.Text
	}
	return w
}
