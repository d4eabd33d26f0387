package watch

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
)

// differences says how a sample became another one, a line for each place.
func differences(was, is sample) []string {
	if was.Kind != code && is.Kind != code {
		a, errA := schemas.Decode([]byte(was.Text))
		b, errB := schemas.Decode([]byte(is.Text))
		if errA == nil && errB == nil {
			return differ(nil, "", a, b)
		}
	}
	added, removed := lineChanges(strings.Split(was.Text, "\n"), strings.Split(is.Text, "\n"))
	return signed(added, removed)
}

// differ appends where two values are not the same.
func differ(found []string, pointer string, was, is any) []string {
	switch was := was.(type) {
	case map[string]any:
		now, ok := is.(map[string]any)
		if !ok {
			break
		}
		names := maps.Clone(was)
		maps.Copy(names, now)
		for _, name := range slices.Sorted(maps.Keys(names)) {
			inner := pointer + schemas.Pointer(name)
			before, had := was[name]
			after, has := now[name]
			found = differInner(found, inner, before, had, after, has)
		}
		return found
	case []any:
		now, ok := is.([]any)
		if !ok {
			break
		}
		at := func(list []any, i int) (any, bool) {
			if i < len(list) {
				return list[i], true
			}
			return nil, false
		}
		for i := range max(len(was), len(now)) {
			before, had := at(was, i)
			after, has := at(now, i)
			found = differInner(found, fmt.Sprintf("%s/%d", pointer, i), before, had, after, has)
		}
		return found
	}
	if a, b := encoded(was), encoded(is); a != b {
		found = append(found, pointer+" is "+b+", was "+a)
	}
	return found
}

func differInner(found []string, pointer string, was any, had bool, is any, has bool) []string {
	switch {
	case !had:
		return append(found, "+ "+pointer+" "+encoded(is))
	case !has:
		return append(found, "- "+pointer+" "+encoded(was))
	}
	return differ(found, pointer, was, is)
}

func encoded(value any) string { return string(schemas.Encode(value)) }

// lineChanges are the lines that one text has more often than another, in their order.
func lineChanges(was, is []string) (added, removed []string) {
	count := map[string]int{}
	for _, line := range was {
		count[line]++
	}
	for _, line := range is {
		if count[line]--; count[line] < 0 {
			added = append(added, line)
		}
	}
	for _, line := range slices.Backward(was) {
		if count[line] > 0 {
			count[line]--
			removed = append(removed, line)
		}
	}
	slices.Reverse(removed)
	return added, removed
}

// signed marks lines that came with + and lines that went with -.
func signed(added, removed []string) []string {
	var lines []string
	for _, line := range removed {
		lines = append(lines, "- "+line)
	}
	for _, line := range added {
		lines = append(lines, "+ "+line)
	}
	return lines
}
