package trace

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// leftOut stands for lines that were cut.
const leftOut = "…"

const (
	// shortLines, shortBytes and lineBytes are as much of an output as a person reads
	// beside a finding.
	shortLines = 12
	shortBytes = 2 << 10
	lineBytes  = 240
)

// Short is the part of an output that helps to fix the receiver: the first exception, of its
// frames those in the receiver's own code, and the lines around it. What is too
// much is cut in the middle, because the exception may stand first or last.
func Short(output string) string {
	lines := split(output)
	kept, before, after := telling(lines)
	for i, line := range kept {
		kept[i] = cut(strings.TrimRight(line, " \t\r"), lineBytes)
	}
	// What stands around an exception is cut before the exception is.
	room := max(0, shortLines-len(kept))
	if len(kept) == 0 {
		return strings.Join(middle(fits(before, lineBytes), shortLines, shortBytes), "\n")
	}
	if len(before) > room {
		before = before[len(before)-room:]
	}
	room -= len(before)
	after = after[:min(len(after), room)]
	all := slices.Concat(fits(before, lineBytes), kept, fits(after, lineBytes))
	return strings.Join(middle(all, shortLines, shortBytes), "\n")
}

// telling are the lines of the first exception and its reasons that say something,
// and what was written before and after it. Where there is no exception, all comes
// before it.
func telling(lines []string) (kept, before, after []string) {
	all := passages(lines)
	if len(all) == 0 {
		return nil, lines, nil
	}
	p := all[0]
	if i := slices.IndexFunc(all, func(p passage) bool { _, own := p.top(); return own }); i >= 0 {
		p = all[i]
	}
	slices.Sort(p.telling)
	for _, i := range slices.Compact(p.telling) {
		kept = append(kept, lines[i])
	}
	// Other exceptions are about other deliveries, or of the same once more.
	taken := make([]bool, len(lines))
	for _, other := range all {
		for i := other.from; i < other.to; i++ {
			taken[i] = true
		}
	}
	for i, line := range lines {
		switch {
		case taken[i], strings.TrimSpace(line) == "":
		case i < p.from:
			before = append(before, line)
		default:
			after = append(after, line)
		}
	}
	return kept, before, after
}

// fits cuts each line.
func fits(lines []string, most int) []string {
	var out []string
	for _, line := range lines {
		out = append(out, cut(strings.TrimRight(line, " \t\r"), most))
	}
	return out
}

// middle leaves out lines in the middle until the others fit.
func middle(lines []string, most, bytes int) []string {
	size := 0
	for _, line := range lines {
		size += len(line) + 1
	}
	if len(lines) <= most && size <= bytes {
		return lines
	}
	first, last := min(most/2, len(lines)), min(most-most/2-1, len(lines))
	if first+last >= len(lines) {
		first, last = len(lines)/2, len(lines)-len(lines)/2-1
	}
	for {
		out := slices.Concat(lines[:first], []string{leftOut}, lines[len(lines)-last:])
		size = 0
		for _, line := range out {
			size += len(line) + 1
		}
		if size <= bytes || first+last <= 1 {
			return out
		}
		if first > last {
			first--
		} else {
			last--
		}
	}
}

// cut shortens a line to a number of bytes, between characters.
func cut(line string, most int) string {
	if len(line) <= most {
		return line
	}
	for most > 0 && !utf8.RuneStart(line[most]) {
		most--
	}
	return line[:most] + "…"
}
