// Package expect is what a team expects of its own bot: who says what, and what the bot
// answers to that.
//
// An [Expectation] is a talk of one person with the bot, in steps: an event of the
// catalogue, changed or not, and the messages that have to come of it. A message is
// described by [Condition]s on the body of the call that sends it: a query in the syntax
// of jq, and what has to be among its results.
//
// Nothing here sends, waits, or reads files.
//
// Public API: package suites judges expectations, as requirements of the topic expect.
package expect
