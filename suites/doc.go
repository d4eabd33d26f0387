// Package suites says what a Messenger webhook receiver must do.
//
// A requirement is a sentence with an id, a level, a source and a remedy; its
// spec is a few lines: stimulus, verdict, no plumbing. The topics (handshake.go,
// signature.go, …) have both, side by side. A spec sees the receiver through its
// Session only; what it finds is a Finding, never a log line.
//
// How a receiver is judged by them (what is sent when, and what a verdict rests on)
// is in package judge, which knows no topic. Package forecast makes payloads of the
// future, package reference has a receiver that is right, and its mutants.
//
// New gives a run of the suite; Register puts one into a Ginkgo suite, a spec for each
// requirement. Package matchers is for the specs of one's own beside them.
//
// The way of its data:
//
//	a Requirement with its spec → judge: sends, waits, reads → Outcome, with a Finding
//	all Outcomes → diagnosis: experiments with the receiver → Causes
//	both → whoever asked: runner, or Ginkgo's report
//
// It may import mockplatform and schemas, and Ginkgo only in register.go. It has no
// flags, no environment, no files, and prints nothing.
//
// Public API: teams judge a receiver in a test or a Ginkgo suite of their own.
package suites
