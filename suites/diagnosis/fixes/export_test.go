package fixes

// Patterns are those by which a requirement has a topic.
func Patterns() []string {
	var ids []string
	for _, p := range patterns {
		ids = append(ids, p.ids)
	}
	return ids
}

// PatternFor is the one that decides on a requirement; empty if none does.
func PatternFor(id string) string {
	return patternFor(id).ids
}
