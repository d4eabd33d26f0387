package trace

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	javaFrame = regexp.MustCompile(`^\s+at (?:[\w.@-]*/)*([\w.$<>-]+)\((?:([\w$.-]+\.(?:java|kt|scala|groovy|clj)):(\d+)|Native Method|Unknown Source|[\w$.-]+\.(?:java|kt|scala|groovy))\)(?: ~?\[.*\])?$`)
	javaMore  = regexp.MustCompile(`^\s+(?:\.\.\. \d+ (?:more|common frames omitted)|Suppressed: .*)$`)
)

// readJava reads a stack trace, or the reason for the one before it.
func readJava(lines []string, low, at int) (passage, bool) {
	if !javaFrame.MatchString(lines[at]) {
		return passage{}, false
	}
	var p passage
	p.Name, p.Message, p.from = header(lines, low, at)
	for i := p.from; i < at; i++ {
		p.telling = append(p.telling, i)
	}
	p.reason = p.from < at && strings.HasPrefix(strings.TrimSpace(lines[p.from]), "Caused by: ")
	for p.to = at; p.to < len(lines); p.to++ {
		m := javaFrame.FindStringSubmatch(lines[p.to])
		switch {
		case m != nil && m[2] != "":
			f := Frame{File: m[2], Function: m[1], Own: ownJava(m[1])}
			f.Line, _ = strconv.Atoi(m[3]) // digits
			p.frame(f, p.to)
			continue
		case m != nil, javaMore.MatchString(lines[p.to]):
			continue
		}
		break
	}
	return p, true
}
