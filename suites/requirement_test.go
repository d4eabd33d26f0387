package suites

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
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

// TestQuotesAreVerbatim holds the quotes to the variants' and to testdata/quotes.txt, the
// checksums of others that somebody has looked up on their pages. It looks all up in the
// collected facts, where these are beside the project.
func TestQuotesAreVerbatim(t *testing.T) {
	list, err := os.ReadFile(filepath.Join("testdata", "quotes.txt"))
	if err != nil {
		t.Fatal(err)
	}
	lookedUp := map[string]bool{} // false: nothing has this quote
	for line := range strings.Lines(string(list)) {
		lookedUp[strings.TrimSpace(line)] = false
	}
	ofVariants := map[schemas.Source]bool{}
	for _, v := range schemas.All() {
		ofVariants[v.Source] = true
	}
	for _, r := range Requirements() {
		if r.Source.Quote == "" || ofVariants[schemas.Source(r.Source)] {
			continue
		}
		sum := sha256.Sum256([]byte(r.Source.Quote))
		line := fmt.Sprintf("%x %s", sum[:8], r.Source.URL)
		if _, ok := lookedUp[line]; !ok {
			t.Errorf("%s: has nobody looked this quote up? If it stands there word for word, add this line to testdata/quotes.txt:\n%s", r.ID, line)
		}
		lookedUp[line] = true
	}
	for line, used := range lookedUp {
		if !used {
			t.Errorf("testdata/quotes.txt: no requirement has this quote any more: take out the line\n%s", line)
		}
	}

	// The facts mark words in bold, which is not part of what was said.
	plain := strings.NewReplacer("**", "")
	said := plain.Replace(facts(t))
	for _, r := range Requirements() {
		if said != "" && !strings.Contains(said, plain.Replace(r.Source.Quote)) {
			t.Errorf("%s: not in the facts: %q", r.ID, r.Source.Quote)
		}
	}
}

// facts are the collected facts beside the project; empty where they are not there, as
// the test then says.
func facts(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, pattern := range []string{"reference/*.md", "reference/seeds/*.txt", "cases/*.json"} {
		files, err := filepath.Glob(filepath.Join("..", "..", "shared", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(text)
		}
	}
	if all.Len() == 0 {
		t.Log("it does without the collected facts, which are not beside the project")
	}
	return all.String()
}
