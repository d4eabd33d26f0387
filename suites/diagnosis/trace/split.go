package trace

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
)

const (
	// mostLines is as much of an output as is looked at: its beginning and its end.
	mostLines = 20_000
	// mostOfLine is as much of a line, in bytes, that is no JSON.
	mostOfLine = 2 << 10
)

// colours are what programs write for a terminal.
var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

// split returns the lines of an output. A line of JSON that holds a text of several
// lines, as structured logs do with a trace, is those lines.
func split(output string) []string {
	output = strings.ReplaceAll(output, "\r\n", "\n")
	if strings.Contains(output, "\x1b") {
		output = colours.ReplaceAllString(output, "")
	}
	var lines []string
	for line := range strings.SplitSeq(strings.TrimRight(output, "\n"), "\n") {
		if text := longest(line); text != "" {
			lines = append(lines, strings.Split(strings.TrimRight(text, "\n"), "\n")...)
			continue
		}
		lines = append(lines, cut(strings.ToValidUTF8(line, "�"), mostOfLine))
	}
	if len(lines) > mostLines {
		lines = slices.Concat(lines[:mostLines/2], []string{leftOut}, lines[len(lines)-mostLines/2:])
	}
	return lines
}

// longest is the text with the most lines in a line of JSON; empty where it is no
// JSON, or has none of several lines.
func longest(line string) string {
	if !strings.HasPrefix(line, "{") || !strings.Contains(line, `\n`) {
		return ""
	}
	var document any
	if json.Unmarshal([]byte(line), &document) != nil {
		return ""
	}
	best, most := "", 0
	visit(document, func(text string) {
		if n := strings.Count(text, "\n"); n > most {
			best, most = text, n
		}
	})
	return best
}

// visit hands out every text of a document, in an order that is always the same.
func visit(value any, each func(string)) {
	switch v := value.(type) {
	case string:
		each(v)
	case []any:
		for _, one := range v {
			visit(one, each)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			visit(v[name], each)
		}
	}
}
