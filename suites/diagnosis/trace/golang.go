package trace

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	goRoutine = regexp.MustCompile(`^goroutine \d+ (?:gp=\S+ m=\S+ (?:mp=\S+ )?)?\[.*\]:$`)
	goPanic   = regexp.MustCompile(`(?:^|[\s\]:])(?:panic(?: serving \S+| recovered)?|fatal error): ?(.*)$`)
	goPlace   = regexp.MustCompile(`^\t(.+\.(?:go|s|cgo)):(\d+)(?: \+0x[0-9a-f]+)?$`)
	goCreator = regexp.MustCompile(`^created by (.+?)(?: in goroutine \d+)?$`)
)

// readGo reads the stack of a goroutine, and the panic before it.
func readGo(lines []string, low, at int) (passage, bool) {
	if !goRoutine.MatchString(lines[at]) {
		return passage{}, false
	}
	p := passage{from: at, to: at + 1}
	p.Name = "panic"
	const most = 6 // there may be a signal, and an empty line, between panic and stack
	for i := at - 1; i >= max(low, at-most); i-- {
		if m := goPanic.FindStringSubmatch(lines[i]); m != nil {
			p.from, p.Message = i, strings.TrimSuffix(strings.TrimSpace(m[1]), " [recovered]")
			p.telling = append(p.telling, i)
			break
		}
	}
	p.telling = append(p.telling, at)
	for ; p.to+1 < len(lines); p.to += 2 {
		function, created := goFunction(lines[p.to])
		place := goPlace.FindStringSubmatch(lines[p.to+1])
		if function == "" || place == nil {
			break
		}
		if function == "panic" {
			// What is above it ran because of the panic, to recover from it.
			p.Frames = nil
			p.telling = p.telling[:1+slices.Index(p.telling, at)]
			continue
		}
		f := Frame{File: place[1], Function: function, Own: !created && ownGo(function, place[1])}
		f.Line, _ = strconv.Atoi(place[2]) // digits
		p.frame(f, p.to, p.to+1)
	}
	return p, len(p.Frames) > 0
}

// goFunction is the function of a line such as "main.(*bot).handle({0x62dd65?}, 0x0)",
// without what it was called with. Created is true of the one that started the
// goroutine.
func goFunction(line string) (function string, created bool) {
	if m := goCreator.FindStringSubmatch(line); m != nil {
		return m[1], true
	}
	if !strings.HasSuffix(line, ")") || strings.HasPrefix(line, "\t") {
		return "", false
	}
	depth := 0
	for i := len(line) - 1; i >= 0; i-- {
		switch line[i] {
		case ')':
			depth++
		case '(':
			if depth--; depth == 0 {
				return line[:i], false
			}
		}
	}
	return "", false
}
