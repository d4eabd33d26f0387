// Package payload is where people keep payloads: it reads files, folders and
// standard input, with one JSON document in a file, or one on each line (NDJSON),
// the deliveries of a capture, or those among the exchanges that the console of
// `referee serve` exports; and it opens the capture that is written.
//
// Streams are read in constant memory, and payloads can be looked at on every
// core while they come, in their order. What may be a body of Meta's is a payload,
// so that it can be judged; what cannot is refused, with its place and what it is.
//
// It imports package capture of the recorder, for its lines, and schemas, for the
// members by which a payload is known. The way of its data:
//
//	arguments ─ Sources ▶ streams ─ Each ▶ Payload: looked at on every core, taken in order
//	  of each document: form.go tells what it is ─ capture.Parse, exported.go ▶ Payload
//	                                             └ foreign.go ▶ an error that says so
//	recorder ─ CaptureFile.Write ▶ whole lines, after the last whole line of the file
package payload
