// Package suites says what a Messenger webhook receiver must do.
//
// A requirement is a sentence with an id, a level, a source and a remedy; its
// spec is a few lines: stimulus, verdict, no plumbing. The topics (handshake.go,
// signature.go, …) hold both, side by side. A spec sees the receiver through its
// Session alone; what it finds is a Finding, never a log line.
//
// How a receiver is judged by them (what is sent when, and what a verdict rests on)
// is in package judge, which knows no topic. Package forecast makes payloads of the
// future, package reference has a receiver that is right, and its mutants.
//
// New gives a run of the suite; Register puts one into a Ginkgo suite, a spec for each
// requirement.
//
// The package has no flags, no environment, no files, and prints nothing. It may
// import mockplatform and schemas.
package suites
