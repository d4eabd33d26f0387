// Package payload is where people keep payloads: it reads files, folders and
// standard input, with one JSON document in a file, or one on each line (NDJSON),
// or the deliveries of a capture; and it opens the capture that is written.
//
// Streams are read in constant memory, and payloads can be looked at on every
// core while they come, in their order.
//
// It imports package capture of the recorder, for its lines. The way of its data:
//
//	arguments ─ Sources ▶ streams ─ Each ▶ Payload: looked at on every core, taken in order
//	recorder ─ CaptureFile.Write ▶ whole lines, after the last whole line of the file
package payload
