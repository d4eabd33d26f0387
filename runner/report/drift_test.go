package report

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/schemas/drift"
)

// drifted is a difference with this id and example.
func drifted(id, example string) drift.Item {
	return drift.Item{ID: id, What: drift.NewMember, Class: drift.Harmless, Breaks: "nobody", Detail: "a | b", Where: "x`y", Count: 2, Example: json.RawMessage(example)}
}

// Nothing that came leaves its place in a comment.
func TestDriftAsMarkdown(t *testing.T) {
	expired := drifted("new:`<b>|@all", `"`+"```"+`\n</details> @all"`)
	expired.Accepted = &drift.Acceptance{Reason: "it | is `ok`", Expires: "2026-01-31"}
	r := drift.Report{
		Samples: 1, Events: 1, Items: []drift.Item{expired}, Variants: map[string]int{"a.b": 1},
		Accepted: []drift.Accepted{{Item: drifted("known", `1`), Reason: "we <know>", Expires: "2027-01-31"}},
	}
	var b strings.Builder
	if err := WriteDriftMarkdown(&b, r, []drift.Acceptance{{ID: "old", Reason: "was"}}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"1 payload, 1 event: 1 difference (1 harmless), 1 more accepted.\n",
		"| class | id | what | count | first | last |\n|---|---|---|---|---|---|\n",
		"| harmless | `new:'<b>\\|@all` | `a \\| b` | 2 |  |  |\n",
		"<details><summary><code>new:`&lt;b&gt;|@all</code> is a problem for nobody</summary>\n\nFirst in `x'y`.\n",
		"\nIt was accepted until 2026-01-31, because: it \\| is 'ok'\n",
		"\n````json\n\"```\\n</details> @all\"\n````\n\n</details>\n",
		"\n| `known` | harmless | 2 |  |  | we &lt;know> | 2027-01-31 |\n",
		"\n| `old` | was |  |\n",
		"\n| `a.b` | 1 |\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("there is no %q in\n%s", want, b.String())
		}
	}
}

// However much drifted, a comment takes the page.
func TestDriftFitsAComment(t *testing.T) {
	var r drift.Report
	for n := range 3000 {
		i := drifted(fmt.Sprintf("new-member:page.message:/message/%d/%s", n, strings.Repeat("x", 50)), `"`+strings.Repeat("y", 300)+`"`)
		r.Items = append(r.Items, i)
		r.Accepted = append(r.Accepted, drift.Accepted{Item: i, Reason: "why not"})
	}
	var b strings.Builder
	if err := WriteDriftMarkdown(&b, r, nil); err != nil {
		t.Fatal(err)
	}
	if n := len(b.String()); n > 65_000 {
		t.Errorf("it has %d bytes", n)
	}
	for _, want := range []string{"3000 differences", "more | | | | |", "more examples left out here"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("there is no %q", want)
		}
	}
	if strings.Count(b.String(), "<details>") != strings.Count(b.String(), "</details>") {
		t.Error("an example is not folded to its end")
	}
}
