// Package mcp offers Referee to agents: programs that write code, and call tools by the
// Model Context Protocol (https://modelcontextprotocol.io) to see what they have done.
//
// Each tool is one of the commands, and does what that does: package command hands over a
// [Referee] that runs them. What is made here is what an agent needs beside that: names,
// descriptions and schemas; answers that fit its context, which has causes and not
// findings; how far a run is; and what may be started.
//
// The way of a call:
//
//	client ─ arguments, held to the schema ▶ tool ─ what it may name, allow.go ▶ Referee
//	Referee ─ result ▶ brief: the most important, and how many more ▶ text and JSON
//
// Safety: a client cannot say which command is started, nor which image: the configuration
// of the folder does. Other addresses than those of this machine, and files outside of the
// folder, are refused. Secrets are never in an answer.
//
// An answer is text for the context, and the same as JSON. Both together have MaxAnswer
// bytes at most; what was left out is counted, and a further call has it.
package mcp
