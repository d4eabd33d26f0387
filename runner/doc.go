// Package runner runs the suites: it starts the platform and the receiver, has the
// receiver judged, and turns the outcomes into a result.
//
// It is the only place with flags, environment variables, files, exit codes
// and console output; within it, package config reads the first two, package
// report writes the others, package command is the command line, and package mcp is the
// same for agents.
//
// The way of its data:
//
//	command, config: flags, environment, referee.yaml → Config
//	Run: a platform, and a receiver from sut (an address, a process, an image, our own)
//	→ suites judges → outcomes and causes → report.Result, without secrets
//	→ report writes it: console, JUnit, Markdown, the exit code
//
// It may import all other rooms, and nothing imports it.
//
// Public API: Test judges a receiver in a go test of a team's own; Run is the same
// for a program.
package runner
