// Package judge judges a receiver that may work at once or in a queue, with one
// worker or a hundred, in 2 ms or 20 s an event.
//
// It knows no topic: what a receiver must do is a [Spec], a requirement with a
// few lines of code that send and read through a [Session]. The way of a run:
//
//	Calibration sends one correct event of each common kind and learns which of
//	them this receiver answers, and how long that takes.
//	Each spec runs in a goroutine of its own. What it sends waits for its turn:
//	no more is under way than the receiver shows that it can do with (pace.go).
//	Where a spec reads what came of a delivery, it waits (wait.go) until
//	  its evidence is complete, or the receiver has stalled, and
//	  a fence was answered and it has been quiet: a genuine event of each kind
//	  that calibration saw answered, sent afterwards, whose evidence has come.
//	What was lost is judged again alone, before it counts as lost.
//	When the receiver ends or answers no fence, those who had sent since the last
//	fence are judged again in halves, until those that end it are found
//	(incident.go). All others are judged as if this had not happened.
//	At the end a last fence is answered, and everything is read once more: what
//	came late can still turn a verdict.
//
// Many silences share one fence: each genuine event that is answered is a fence
// for all that was sent before it.
//
// Nothing here reads flags, the environment or files, or prints.
//
// Public API: suites.Env has its Env, and outcomes are its.
package judge
