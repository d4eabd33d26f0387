// Package schemas is the catalogue of what Meta sends to a Messenger webhook,
// and of the formats that Referee itself reads and writes.
//
// It is data first: a variant is a file in variants/, a JSON Schema a file in
// meta/ (Meta's formats) or formats/ (our own), and history/ says what came and
// went when. A new variant touches one file.
//
// The way of its data:
//
//	variants/, meta/, history/ → Catalogue, of everything or AsOf a day
//	Catalogue, a team's own files (package overlay) → With → a Catalogue of both
//	Catalogue → All, ByID: what the platform and the suites send
//	a body → Validate: where it breaks its schema
//	a body → Read: which variants its events are, or the nearest, and what is new
//
// It may import the standard library and a JSON Schema validator; it knows no HTTP,
// no clock and no files but those embedded in it.
//
// Public API: programs that have payloads of Meta's read and validate them by it.
package schemas
