package report

import (
	"net/url"
	"path"
	"strings"
)

// whereIs is where something that is red stands, a cause that explains these requirements or
// one of them alone, and what has to be said of that place.
// Code scanning refuses a whole report in which one result has no file
// (https://github.com/github/codeql-action/issues/1738), so each has one, and it says so
// where that is not the place of the defect: the line on which a team has written down what
// it expects, the file that starts the receiver, or else the configuration of the run, or
// else, where the repository has none of them, what no repository has, the address of the
// receiver.
func (r Result) whereIs(c Cause, ids ...string) (at sarifLocation, said string) {
	if source, ok := r.sourceOf(c); ok {
		at = atLine(source)
		if code := strings.TrimSpace(c.Code); code != "" {
			at.Physical.Region.Snippet = &sarifSource{code}
		}
		return at, ""
	}
	unknown := "In which line that is, is not known"
	if c.Where != "" {
		unknown = "The receiver names its place " + c.Where + ", which is in no file of this repository that is known"
	}
	if line, ok := r.writtenDown(ids...); ok {
		at, said = atLine(line), unknown+": this is the line that says what the bot has to do."
	} else if file, ok := r.inRepository(r.Receiver.File); ok {
		at, said = atFile(file), unknown+": this is the file that starts the receiver."
	} else if file, ok := r.inRepository(r.Receiver.Config); ok {
		at, said = atFile(file), unknown+": this is the configuration of the run, and nothing is wrong in it."
	} else {
		at, said = atFile(addressOf(r.Receiver.URL)), unknown+": this is the address of the receiver, and no file."
	}
	if c.Where != "" {
		at.Logical = []sarifLogical{{c.Where}}
	}
	return at, said
}

// atFile is a file, by its path in the repository.
func atFile(file string) sarifLocation {
	return sarifLocation{Physical: sarifPhysical{Artifact: sarifArtifact{(&url.URL{Path: file}).EscapedPath(), "%SRCROOT%"}}}
}

// atLine is a line of a file.
func atLine(p place) sarifLocation {
	at := atFile(p.file)
	at.Physical.Region = &sarifRegion{StartLine: p.line}
	return at
}

// addressOf is the address of a receiver as a path, the same in every run: code scanning
// takes no URLs, and a port may be another each time.
func addressOf(receiver string) string {
	host, way := "receiver", ""
	if u, err := url.Parse(receiver); err == nil && u.Hostname() != "" {
		host, way = strings.ReplaceAll(u.Hostname(), ":", "-"), u.Path
	}
	return path.Join(host, path.Clean("/"+way))
}
