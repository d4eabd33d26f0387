// Package suites says what a Messenger webhook receiver must do, and judges one.
//
// A requirement is a sentence with an id, a level, a source and a remedy; its
// spec is a few lines: stimulus, verdict, no plumbing. The topics (handshake.go,
// signature.go, …) hold both, side by side. A spec sees the receiver through its
// Session alone; what it finds is a Finding, never a log line.
//
// The way of one run:
//
//	Register builds one Ginkgo node for each selected requirement.
//	The engine calibrates: it sends one correct event of each common kind and
//	learns what this receiver answers.
//	Every spec then runs in a goroutine of its own. Deliveries pass one gate, so
//	the receiver sees them one after the other; the waits (for evidence, for
//	quiet) overlap, so a run lasts as long as its longest wait and not as their sum.
//	Specs that let the Graph API fail come after those that do not, because a
//	receiver may then be right to call it less for a while.
//	Each Ginkgo node waits for its spec and reports the outcome.
//
// The package has no flags, no environment, no files, and prints nothing.
package suites
