package discover

import (
	"path"
	"regexp"
	"strings"
)

// addressText is an address to listen at, as it stands in source: ":8080", "0.0.0.0:8080".
var addressText = regexp.MustCompile(quote + `((?:[\w.-]+|\[[\da-fA-F:]*\])?:)\d{2,5}` + quote)

// host is what a variable for an address expects before the port, by the address that
// stands beside it for when it is not set; false where there is none.
func (r read) host() (string, bool) {
	const near = 200
	text := r.file.code
	if at := addressText.FindStringSubmatch(text[r.offset:min(len(text), r.offset+near)]); at != nil {
		return at[1], true
	}
	before := addressText.FindAllStringSubmatch(text[max(0, r.offset-near):r.offset], maxMatches)
	if len(before) == 0 {
		return "", false
	}
	return before[len(before)-1][1], true
}

// addresses gives those of the variables that may be for an address what they expect
// before the port. One without a port beside it is a host alone, or an address of Go's where
// no other variable has the port.
func addresses(reads []read) []read {
	others := false
	for _, r := range reads {
		m, _ := meaning(r)
		others = others || r.code && m == Port
	}
	var kept []read
	for _, r := range reads {
		if m, _ := meaning(r); m == Address {
			host, found := r.host()
			if !found && (others || !r.code || path.Ext(r.file.name) != ".go") {
				continue
			}
			r.prefix = host
			if !found {
				r.prefix = ":"
			}
		}
		kept = append(kept, r)
	}
	return kept
}

// readsPort reports whether source reads the port from a variable.
func readsPort(reads []read) bool {
	for _, r := range reads {
		if m, _ := meaning(r); r.code && (m == Port || m == Address) {
			return true
		}
	}
	return false
}

// portUnknown reports whether nothing says where the receiver listens: no port is written
// in, and none is read that can be seen.
func (f *folder) portUnknown(p Project) bool {
	starts := p.Command.Found() || p.BuildContext.Found()
	return starts && !f.takesPort && !p.Port.Found() && !strings.Contains(p.Command.Value, "PORT") &&
		len(p.Named(Port)) == 0 && len(p.Named(Address)) == 0
}
