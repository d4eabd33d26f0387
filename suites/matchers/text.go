package matchers

import (
	"fmt"
	"strings"

	"github.com/onsi/gomega/matchers"
	"github.com/onsi/gomega/types"

	"github.com/seed-11445fa1/referee/mockplatform"
)

// textWanted tells what a text, a string or a matcher of one, asks of the replies. A
// matcher says it in its own words, of the last reply.
func textWanted(replies []mockplatform.Reply, text any) string {
	matcher, ok := text.(types.GomegaMatcher)
	if !ok {
		return fmt.Sprintf(", with the text %q", text)
	}
	if found := textFound(replies, text); found != "" {
		return found
	}
	last := ""
	if len(replies) > 0 {
		last = replies[len(replies)-1].Text
	}
	return ", with a text of which its matcher says:\n" + indented(wordsOf(matcher, last))
}

// textFound tells which reply has a text; empty when there is none.
func textFound(replies []mockplatform.Reply, text any) string {
	for _, r := range replies {
		if found, err := among([]mockplatform.Reply{r}, text); found && err == nil {
			return fmt.Sprintf(", with the text %q", r.Text)
		}
	}
	return ""
}

// wordsOf are a matcher's own words about a text that it does not match; empty when it
// matches. Gomega's Or prints the addresses of what it is made of, hence its parts.
func wordsOf(m types.GomegaMatcher, text string) string {
	var parts []types.GomegaMatcher
	switch m := m.(type) {
	case *matchers.OrMatcher:
		parts = m.Matchers
	case *matchers.AndMatcher:
		parts = m.Matchers
	default:
		found, err := m.Match(text)
		switch {
		case err != nil:
			return err.Error()
		case found:
			return ""
		}
		return m.FailureMessage(text)
	}
	var words []string
	for _, part := range parts {
		if of := wordsOf(part, text); of != "" {
			words = append(words, of)
		}
	}
	return strings.Join(words, "\n")
}

func indented(text string) string {
	return "          " + strings.ReplaceAll(text, "\n", "\n          ")
}
