package judge

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// differences lists, with JSON pointers, where two decoded JSON values differ.
func differences(at string, want, got any) []string {
	switch want := want.(type) {
	case map[string]any:
		got, ok := got.(map[string]any)
		if !ok {
			break
		}
		var all []string
		for _, name := range slices.Sorted(maps.Keys(want)) {
			there := at + "/" + name
			if v, ok := got[name]; ok {
				all = append(all, differences(there, want[name], v)...)
			} else {
				all = append(all, fmt.Sprintf("%s missing, expected %s", there, compact(want[name])))
			}
		}
		for _, name := range slices.Sorted(maps.Keys(got)) {
			if _, ok := want[name]; !ok {
				all = append(all, fmt.Sprintf("%s/%s %s, which did not come", at, name, compact(got[name])))
			}
		}
		return all
	case []any:
		got, ok := got.([]any)
		if !ok || len(got) != len(want) {
			break
		}
		var all []string
		for i := range want {
			all = append(all, differences(at+"/"+strconv.Itoa(i), want[i], got[i])...)
		}
		return all
	case json.Number:
		if got, ok := got.(json.Number); ok && sameNumber(want, got) {
			return nil
		}
	default:
		if want == got {
			return nil
		}
	}
	return []string{fmt.Sprintf("%s %s, expected %s", at, compact(got), compact(want))}
}

// sameNumber compares two numbers by value; integers keep every digit.
func sameNumber(a, b json.Number) bool {
	if a == b {
		return true
	}
	m, errM := a.Int64()
	n, errN := b.Int64()
	if errM == nil && errN == nil {
		return m == n
	}
	x, errX := a.Float64()
	y, errY := b.Float64()
	return errX == nil && errY == nil && x == y
}

// withoutNulls drops members that are null: a receipt may keep them or not.
func withoutNulls(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, member := range v {
			if member != nil {
				out[name] = withoutNulls(member)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = withoutNulls(v[i])
		}
		return out
	}
	return v
}

// compact writes a value short enough for a line.
func compact(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	const most = 80
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}
