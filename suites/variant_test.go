package suites

import (
	"encoding/json"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// TestReceiptsOfTheCatalogue checks that what the suites ask of a receiver's
// receipts is what the contract allows, for every variant that is its own.
func TestReceiptsOfTheCatalogue(t *testing.T) {
	checked := 0
	for _, v := range schemas.All() {
		ev := sample(v)
		if !own(ev) {
			continue
		}
		checked++
		receipt, err := json.Marshal(judge.Read(ev.JSON).Receipt())
		if err != nil {
			t.Fatal(err)
		}
		if err := schemas.Validate("format.receipt", receipt); err != nil {
			t.Errorf("%s: %v\n%s", v.ID, err, receipt)
		}
	}
	if checked < 40 {
		t.Errorf("only %d variants were checked", checked)
	}
}
