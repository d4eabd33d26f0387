package schemas_test

import (
	"slices"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
)

// Every variant of the catalogue is recognised as itself, in every form in
// which it can stand, and differs in nothing.
func TestEveryVariantIsRecognised(t *testing.T) {
	for _, v := range schemas.All() {
		_, body := wrap(t, v, fill(t, v))
		r, err := schemas.Read([]byte(body))
		if err != nil {
			t.Fatalf("%s: %v", v.ID, err)
		}
		if len(r.Problems) > 0 || len(r.Novelties) > 0 {
			t.Errorf("schemas/variants/%s.json has what no schema has: %v %v; add it to the file of its kind in schemas/meta, and since when it is sent to schemas/history/changes.json", v.ID, r.Problems, r.Novelties)
		}
		if v.Form == schemas.FormBody {
			if !slices.Contains(r.Variants, v.ID) {
				t.Errorf("%s: is taken for %v, with the events %+v", v.ID, r.Variants, r.Events)
			}
			for _, e := range r.Events {
				if e.Nearest != "" || len(e.Differences) > 0 {
					t.Errorf("%s: the whole is known, and its event at %s is said to be unlike %s: %v", v.ID, e.Pointer, e.Nearest, e.Differences)
				}
			}
			continue
		}
		if len(r.Events) != 1 || !slices.Contains(r.Events[0].Variants, v.ID) || !r.Events[0].Known {
			t.Errorf("%s: is taken for %+v", v.ID, r.Events)
		}
	}
}
