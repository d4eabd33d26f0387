package schemas_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
)

// catalogues are those of the days that tests asked for: to compile all schemas of a
// day takes a while, and several tests look at the same days.
var catalogues = map[string]*schemas.Catalogue{}

// asOf is the catalogue of a day. The tests of this package run one after the other.
func asOf(t *testing.T, when string) *schemas.Catalogue {
	t.Helper()
	if catalogues[when] == nil {
		c, err := schemas.AsOf(when)
		if err != nil {
			t.Fatal(err)
		}
		catalogues[when] = c
	}
	return catalogues[when]
}

// On the first day of a variant that day's schemas take it, and it is in that
// day's catalogue; on the first day without it, it is not.
func TestVariantsFitTheirDay(t *testing.T) {
	for _, v := range schemas.All() {
		if v.Status == schemas.Retired && v.Until == "" {
			t.Errorf("%s is retired, and nothing says since when", v.ID)
		}
		if v.Since != "" {
			c := asOf(t, v.Since)
			if _, ok := c.ByID(v.ID); !ok {
				t.Errorf("%s is not in the catalogue of %s, its first day", v.ID, v.Since)
			}
			_, body := wrap(t, v, fill(t, v))
			r, err := c.Read([]byte(body))
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Problems) > 0 || len(r.Novelties) > 0 {
				t.Errorf("schemas/variants/%s.json has what no schema had on %s, its \"since\": %v %v; add it to the file of its kind in schemas/meta, and since when it is sent to schemas/history/changes.json", v.ID, v.Since, r.Problems, r.Novelties)
			}
		}
		if v.Until != "" {
			if _, ok := asOf(t, v.Until).ByID(v.ID); ok {
				t.Errorf("%s is in the catalogue of %s, from which on it is over", v.ID, v.Until)
			}
		}
	}
}

// Whatever the history names has to be in the schemas, and every schema has to
// be one on every day.
func TestEveryDayHasItsSchemas(t *testing.T) {
	days := []string{"2010", "2099"}
	for _, change := range schemas.History() {
		days = append(days, change.Date)
		if change.Change == "" || change.Source == "" || change.Field == "" {
			t.Errorf("the change of %s is not complete", change.Date)
		}
	}
	for _, day := range days {
		c := asOf(t, day)
		for _, name := range schemas.SchemaNames() {
			if err := c.Validate(name, []byte(`"text"`)); err == nil {
				t.Errorf("%s on %s takes a text", name, day)
			} else if strings.Contains(err.Error(), "compile") {
				t.Errorf("%s: %v", day, err)
			}
		}
	}
}

// A postback has a mid since version 11.0, and none before.
func TestVersionDecides(t *testing.T) {
	v, _ := schemas.ByID("postback.get-started-mid")
	_, body := wrap(t, v, fill(t, v))
	for version, problems := range map[string]int{"v10.0": 1, "v11.0": 0} {
		r, err := asOf(t, version).Read([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Problems) != problems {
			t.Errorf("as of %s: %v", version, r.Problems)
		}
	}
}

// Webhooks had no versions when v6.0 came out: what it changed came a month later, and
// as of the version it is there.
func TestVersionOfWhichWebhooksHeardLater(t *testing.T) {
	for when, want := range map[string]string{"v5.0": "2019-10-29", "v6.0": "2020-03-04", "v7.0": "2020-05-05", "v26.0": "2026-07-29", "v99.0": "2026-07-29"} {
		if day := asOf(t, when).Day(); day != want {
			t.Errorf("%s is of %s, want %s", when, day, want)
		}
	}
	for id, want := range map[string]struct{ before, after int }{
		"message.attachment-link": {1, 0}, "message.attachment-image-sticker-id": {1, 0}, "message.attachment-null-payload": {0, 1}, "message.sticker-id-twice": {0, 1},
	} {
		v, _ := schemas.ByID(id)
		_, body := wrap(t, v, fill(t, v))
		for when, faults := range map[string]int{"v5.0": want.before, "2020-02-20": want.before, "2020-03-03": want.before, "2020-03-04": want.after, "v6.0": want.after} {
			r, err := asOf(t, when).Read([]byte(body))
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Problems)+len(r.Novelties) != faults {
				t.Errorf("%s as of %s: %v %v, want %d", id, when, r.Problems, r.Novelties, faults)
			}
		}
	}
}

// Since Meta announced it, every visitor of the chat plugin has a user_ref, in postbacks
// too, though the capture is of a year later.
func TestUserRefOfPostbacks(t *testing.T) {
	v, _ := schemas.ByID("postback.chat-plugin")
	_, body := wrap(t, v, fill(t, v))
	for when, valid := range map[string]bool{"2020-05-04": false, "2020-05-05": true, "2020-11-02": true, "2021-05": true} {
		r, err := asOf(t, when).Read([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if got := len(r.Problems)+len(r.Novelties) == 0; got != valid {
			t.Errorf("as of %s: %v %v", when, r.Problems, r.Novelties)
		}
	}
}

// The day decides what is new.
func TestAsOf(t *testing.T) {
	v, _ := schemas.ByID("referral.ads")
	_, body := wrap(t, v, fill(t, v))
	for when, unknown := range map[string][]string{
		"":           nil,
		"2025-07":    nil,
		"2024-01-01": {"/flow_id"},
		"v12.0":      {"/flow_id"},
		"v11.0":      {"/flow_id", "/product_id"},
		"2019-01-01": {"/ads_context_data"},
	} {
		r, err := asOf(t, when).Read([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, p := range r.Problems {
			if p.Breach == schemas.Unknown {
				found = append(found, p.Pointer[strings.LastIndexByte(p.Pointer, '/'):])
			}
		}
		slices.Sort(found)
		if !slices.Equal(found, unknown) {
			t.Errorf("as of %q the members %v are unknown, want %v", when, found, unknown)
		}
	}
}

func TestAsOfRefuses(t *testing.T) {
	for _, when := range []string{"tomorrow", "2019-13-01", "2019-02-30", "2019-02-29", "2019-04-31", "2019-00", "0-01", "2019-01-011", "19", "2019-1-1", "v2.5", "v25.1", "v99", "v99.0.0", "v099.0", "12.0", "2019-01-01T00:00:00Z"} {
		if _, err := schemas.AsOf(when); err == nil || !strings.Contains(err.Error(), when) {
			t.Errorf("%q: %v", when, err)
		}
	}
}
