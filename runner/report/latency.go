package report

import (
	"math"
	"slices"
	"time"
)

// Latencies are how long a receiver took, from the sending of each request on.
type Latencies struct {
	// Acknowledgement is the time to the end of the answer, of requests that were
	// acknowledged.
	Acknowledgement Distribution `json:"acknowledgement"`
	// Evidence is the time until everything had come that a delivery has to bring.
	Evidence Distribution `json:"evidence"`
}

// Distribution counts times in classes, so that those of several runs can be added up.
type Distribution struct {
	Count int   `json:"count"`
	MaxUS int64 `json:"max_us"` // microseconds
	// Classes are those with something in them, the shortest first.
	Classes []Class `json:"classes"`
}

// Class is how many took at most so long, and longer than the class below it: there are
// ten of them from 1 to 10, from 10 to 100 and so on.
type Class struct {
	UpToUS int64 `json:"up_to_us"` // microseconds
	Count  int   `json:"count"`
}

// classesPerDecade is how many classes there are for each power of ten.
const classesPerDecade = 10

// Distributed sorts times into classes.
func Distributed(times []time.Duration) Distribution {
	d := Distribution{Count: len(times)}
	counts := map[int64]int{}
	for _, t := range times {
		us := max(1, t.Microseconds())
		d.MaxUS = max(d.MaxUS, us)
		counts[upTo(us)]++
	}
	d.Classes = classesOf(counts)
	return d
}

// joinedLatencies are those of several results together; nil where none has any.
func joinedLatencies(results []Result) *Latencies {
	var joined *Latencies
	for _, r := range results {
		switch {
		case r.Latencies == nil:
		case joined == nil:
			one := *r.Latencies
			joined = &one
		default:
			joined.Acknowledgement = joined.Acknowledgement.plus(r.Latencies.Acknowledgement)
			joined.Evidence = joined.Evidence.plus(r.Latencies.Evidence)
		}
	}
	return joined
}

// plus are the times of both.
func (d Distribution) plus(other Distribution) Distribution {
	counts := map[int64]int{}
	for _, c := range slices.Concat(d.Classes, other.Classes) {
		counts[c.UpToUS] += c.Count
	}
	return Distribution{Count: d.Count + other.Count, MaxUS: max(d.MaxUS, other.MaxUS), Classes: classesOf(counts)}
}

// classesOf are classes in order, of how many each has.
func classesOf(counts map[int64]int) []Class {
	classes := []Class{}
	for up, n := range counts {
		classes = append(classes, Class{up, n})
	}
	slices.SortFunc(classes, func(a, b Class) int { return int(a.UpToUS - b.UpToUS) })
	return classes
}

// upTo is the upper end of the class of a time, in microseconds.
func upTo(us int64) int64 {
	n := int(math.Floor(math.Log10(float64(us)) * classesPerDecade))
	for ; ; n++ { // rounding may be off by one
		if up := upperEnd(n); us <= up {
			return up
		}
	}
}

// upperEnd is the upper end of the class with this number.
func upperEnd(n int) int64 { return int64(math.Round(math.Pow(10, float64(n)/classesPerDecade))) }

// Within is the time in which so much of them ended, of 1: the upper end of a class. Zero
// where there are none.
func (d Distribution) Within(part float64) time.Duration {
	rank, seen := int(math.Ceil(part*float64(d.Count))), 0
	for _, c := range d.Classes {
		if seen += c.Count; seen >= rank {
			return time.Duration(min(c.UpToUS, d.MaxUS)) * time.Microsecond
		}
	}
	return 0
}
