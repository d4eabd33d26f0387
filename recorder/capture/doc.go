// Package capture is the file in which deliveries between Meta and a receiver
// are kept: one JSON object a line, appended as they come.
//
// A capture can be read while it is written, and after its writer was killed:
// then its last line may be torn, which Lines.Record says.
//
// It imports mockplatform/wire for headers. The way of its data:
//
//	Record ─ Writer.Add ▶ queue ─ Options.Prepare ▶ one line, one Write
//	file ─ Lines ▶ line ─ Lines.Record ▶ Record
package capture
