package suites

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestRequirementsAreConsistent(t *testing.T) {
	// Ginkgo labels must not hold any of & | ! , ( ) /.
	id := regexp.MustCompile(`^[a-z]+(\.[a-z0-9]+(-[a-z0-9]+)*)+$`)
	topics := []string{"handshake", "signature", "acknowledgement", "referral", "postback", "envelope", "redelivery", "reply", "evolution", "robustness", "transport", "replay"}
	all := Requirements()
	if len(all) < 70 {
		t.Errorf("there are %d requirements", len(all))
	}
	seen := map[string]bool{}
	for _, r := range all {
		if !id.MatchString(r.ID) || seen[r.ID] {
			t.Errorf("%q is not unique, or not of lower-case words with dots and dashes", r.ID)
		}
		seen[r.ID] = true
		if !slices.Contains(topics, r.Topic()) {
			t.Errorf("%s: unknown topic", r.ID)
		}
		if r.Level != Must && r.Level != Should {
			t.Errorf("%s: level %q", r.ID, r.Level)
		}
		if r.Level == Must && r.Basis != Documented && r.Basis != Security {
			t.Errorf("%s: a MUST rests on what is %s", r.ID, r.Basis)
		}
		if r.Level == Must && r.Basis == Documented && !strings.Contains(r.Source.URL, ".facebook.com/") && r.Source != sourceEscapedSet {
			t.Errorf("%s: a MUST rests on documentation, and %q is no page of Meta's", r.ID, r.Source.URL)
		}
		if !slices.Contains([]Basis{Documented, Observed, Security}, r.Basis) {
			t.Errorf("%s: basis %q", r.ID, r.Basis)
		}
		if !strings.HasPrefix(r.Source.URL, "https://") {
			t.Errorf("%s: the source is %q", r.ID, r.Source.URL)
		}
		for what, text := range map[string]string{"why": r.Why, "remedy": r.Remedy} {
			if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "}.") {
				t.Errorf("%s: %s is no sentence: %q", r.ID, what, text)
			}
		}
		if r.Title == "" || strings.HasSuffix(r.Title, ".") {
			t.Errorf("%s: the title %q is empty or ends with a full stop", r.ID, r.Title)
		}
		for _, n := range r.Needs {
			if n.Text == "" || n.Unmet == nil {
				t.Errorf("%s: an incomplete need", r.ID)
			}
		}
	}
}

// TestQuotesAreVerbatim looks every quote up in the collected facts.
func TestQuotesAreVerbatim(t *testing.T) {
	folder := filepath.Join("..", "..", "shared", "reference")
	var facts strings.Builder
	for _, pattern := range []string{"*.md", "seeds/*.txt"} {
		files, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			facts.Write(text)
		}
	}
	if facts.Len() == 0 {
		t.Skip("the collected facts are not beside the project")
	}
	// The facts mark words in bold, which is not part of what was said.
	plain := strings.NewReplacer("**", "")
	said := plain.Replace(facts.String())
	for _, r := range Requirements() {
		if !strings.Contains(said, plain.Replace(r.Source.Quote)) {
			t.Errorf("%s: not in the facts: %q", r.ID, r.Source.Quote)
		}
	}
}
