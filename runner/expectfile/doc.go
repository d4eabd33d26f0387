// Package expectfile is the text in which a team writes down what it expects of its own
// bot: a list in referee.yaml behind expect, or in a file of its own. The schema
// format.expect describes it.
//
// Nothing in it is guessed: what cannot be read, is there twice or is unknown is an error
// with its line and column.
//
// The way of its data:
//
//	config.Blocks ─ Read ▶ []expect.Expectation ▶ runner.Config
//	a talk in the journal of a platform ─ Record ▶ the text of one
package expectfile
