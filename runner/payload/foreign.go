package payload

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// foreignError is for a source with something in it that is neither a payload, nor a
// record of a capture, nor an exchange that the console exported.
type foreignError struct {
	Where string // "notes.txt:1"
	Is    string // what it is
	Do    string // what to do about it
}

func (e *foreignError) Error() string {
	return fmt.Sprintf("%s is %s, and neither a payload, nor a record of a capture, nor an exchange of the console's export; %s", e.Where, e.Is, e.Do)
}

const (
	// shownMembers and shownText are how much of a foreign document is shown.
	shownMembers = 6
	shownText    = 60

	readable = "give bodies as Meta sends them (objects with `object` and `entry`), one in a file or one on each line, a capture of `referee record`, or the console's export as NDJSON"
)

// byteOrderMarks are those of UTF-8 and UTF-16.
var byteOrderMarks = []string{"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"}

// refuse says what a foreign document is.
func refuse(where string, document []byte, f found) error {
	e := &foreignError{Where: where, Is: "text that is not JSON: " + quoted(document), Do: readable}
	has := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(f.members, name) })
	}
	switch {
	case slices.ContainsFunc(byteOrderMarks, func(mark string) bool { return bytes.HasPrefix(document, []byte(mark)) }):
		e.Is, e.Do = "text that begins with a byte order mark", "save it in UTF-8 without one"
	case has("log") && len(f.members) == 1:
		e.Is, e.Do = "a HAR archive", "export the exchanges as NDJSON instead: /api/v1/exchanges/export?format=ndjson"
	case has("exchanges", "dropped"):
		e.Is, e.Do = "a list of exchanges without their bodies", "export them instead: /api/v1/exchanges/export has them whole"
	case has("verdict", "requirements"):
		e.Is, e.Do = "a result of `referee run`", "`referee diff` compares two of them; for payloads, "+readable
	case has("field", "event", "status"):
		e.Is, e.Do = "a file of the catalogue, which describes a variant", "`referee emit VARIANT --dry-run` makes the payload of one that the catalogue has"
	case f.holds != "":
		e.Is, e.Do = object(f), fmt.Sprintf("its member %q seems to hold a payload: take it out, as with `jq -c '.%[1]s'`", f.holds)
	case len(f.members) > 0:
		e.Is = object(f)
	case json.Valid(document):
		e.Is = "JSON, but no object: " + quoted(document)
	}
	return e
}

// object names an object by its members.
func object(f found) string {
	names := f.members
	rest := ""
	if len(names) > shownMembers {
		names, rest = names[:shownMembers], fmt.Sprintf(" and %d more", len(f.members)-shownMembers)
	}
	what := "a JSON object"
	if f.listed {
		what = "a list of JSON objects"
	}
	return fmt.Sprintf("%s with the members %.200s%s", what, strings.Join(names, ", "), rest)
}

// quoted is the beginning of a document.
func quoted(document []byte) string {
	first, _, _ := bytes.Cut(document, []byte("\n"))
	first = bytes.TrimSpace(first)
	if len(first) > shownText {
		return fmt.Sprintf("%q…", first[:shownText])
	}
	return fmt.Sprintf("%q", first)
}
