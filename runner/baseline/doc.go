// Package baseline is the file in which a team writes down what it accepts for now of
// what is broken in its receiver: causes and requirements, each with a reason and the
// day on which it counts again. The schema format.baseline describes it.
//
// It is YAML, of which each entry can stand on a line of its own: a line that is deleted
// leaves a file that is right. Nothing in it is guessed: what cannot be read, is there
// twice or names nothing is an error with its line and column.
//
// The way of its data:
//
//	FILE ─ Parse ▶ File ─ Check ▶ every id is known ─ File.Baseline ▶ report.Result.Against
//	report.Result ─ Write ▶ a new file; File.Update ▶ the file with what is old taken out
//
// Which of the entries accept something, and which have to go, package report says.
package baseline
