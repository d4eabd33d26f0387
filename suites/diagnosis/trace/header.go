package trace

import (
	"regexp"
	"strings"
)

// named finds the name of an exception, and what comes after it, in a line that may
// begin with the time and the level of a log.
var named = regexp.MustCompile(`(?:^|[\s\]:|(])((?:[A-Za-z_$][\w$]*(?:\.|::|\\))*[A-Z][\w$]*(?:Error|Exception|Fault|Failure|Throwable)[\w$]*)(?: \[[^\]]+\])?(?:(?::| -) (.*)|:?)$`)

// plain is an exception whose name has no ending that shows what it is.
var plain = regexp.MustCompile(`^(?:Uncaught )?([A-Z][\w$]*): (.*)$`)

// header reads the name and the message of an exception whose first frame stands at a
// line. They end in the line before it, and may begin some lines earlier.
func header(lines []string, low, at int) (name, message string, from int) {
	const most = 8
	low = max(low, at-most)
	for i := at - 1; i >= low; i-- {
		if m := named.FindStringSubmatch(lines[i]); m != nil {
			rest := append([]string{m[2]}, lines[i+1:at]...)
			return m[1], strings.TrimSpace(strings.Join(rest, "\n")), i
		}
	}
	if at-1 < low {
		return "", "", at
	}
	if m := plain.FindStringSubmatch(lines[at-1]); m != nil {
		return m[1], m[2], at - 1
	}
	return "", strings.TrimSpace(lines[at-1]), at - 1
}
