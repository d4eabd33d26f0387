package schemas_test

import (
	"slices"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
)

func TestGraphVersionsAreInOrder(t *testing.T) {
	all := schemas.GraphVersions()
	for i, v := range all {
		if v.Ends != "" && v.Ends <= v.Released {
			t.Errorf("%s ends on %s, and came out on %s", v.Name, v.Ends, v.Released)
		}
		if i == 0 {
			continue
		}
		before := all[i-1]
		if schemas.CompareGraphVersions(before.Name, v.Name) >= 0 || before.Released >= v.Released {
			t.Errorf("%s of %s stands behind %s of %s", v.Name, v.Released, before.Name, before.Released)
		}
		if before.Ends != "" && v.Ends != "" && before.Ends >= v.Ends {
			t.Errorf("%s ends on %s, before %s", v.Name, v.Ends, before.Name)
		}
	}
	all[0].Name = "written into"
	if schemas.GraphVersions()[0].Name != "v2.6" {
		t.Error("the caller does not own the list")
	}
}

func TestGraphVersionNamed(t *testing.T) {
	for name, want := range map[string]struct {
		is     string
		stands bool
	}{
		"v2.6": {"v2.6", false}, "v12.0": {"v12.0", false}, "v26.0": {"v26.0", false},
		"v26.1": {"v26.0", true}, "v27.0": {"v26.0", true}, "v99.0": {"v26.0", true},
		"v2.5": {}, "v25.1": {}, "v26": {}, "26.0": {}, "v26.0.0": {}, "v99999999999999999999.0": {"v26.0", true}, "v027.0": {}, "": {}, "latest": {},
	} {
		v, stands, err := schemas.GraphVersionNamed(name)
		if v.Name != want.is || stands != want.stands || (err != nil) != (want.is == "") {
			t.Errorf("%s: %q, %t, %v", name, v.Name, stands, err)
		}
	}
}

func TestNewestGraphVersion(t *testing.T) {
	for day, want := range map[string]string{
		"": "v26.0", "2026-11-28": "v26.0", "2026-07-29": "v26.0", "2026-07-28": "v25.0", "2020-03-04": "v6.0", "2016-04-12": "v2.6", "2016-04-11": "",
	} {
		if v, ok := schemas.NewestGraphVersion(day); v.Name != want || ok != (want != "") {
			t.Errorf("%s: %q, want %q", day, v.Name, want)
		}
	}
}

func TestVersionsEnd(t *testing.T) {
	for _, tc := range []struct{ name, day, usable string }{
		{"v20.0", "2026-09-23", "v20.0"},
		{"v20.0", "2026-09-24", "v21.0"},
		{"v20.0", "2027-01-21", "v22.0"},
		{"v2.6", "2021-08-02", "v2.6"},
		{"v2.6", "2021-08-03", "v4.0"}, // its own end is not known
		{"v2.6", "2026-11-28", "v21.0"},
		{"v19.9", "2026-11-28", "v21.0"}, // which there never was
		{"v26.0", "2099-01-01", "v26.0"},
		{"v99.0", "2099-01-01", "v99.0"},
		{"v0.99999999999999999999", "2026-11-28", "v21.0"},
		{"v9.0", "2023-06-08", "v11.0"}, // and not after v10.0 by its letters
		{"none", "2099-01-01", "none"},
	} {
		if got := schemas.UsableGraphVersion(tc.name, tc.day); got != tc.usable {
			t.Errorf("%s on %s is %s, want %s", tc.name, tc.day, got, tc.usable)
		}
		all := schemas.GraphVersions()
		if i := slices.IndexFunc(all, func(v schemas.GraphVersion) bool { return v.Name == tc.name }); i >= 0 && all[i].Ended(tc.day) != (tc.usable != tc.name) {
			t.Errorf("%s, ended on %s: %t", tc.name, tc.day, all[i].Ended(tc.day))
		}
	}
	if last := (schemas.GraphVersion{Name: "v26.0", Ends: "2028-12-01"}); last.Ended("2028-11-30") || !last.Ended("2028-12-01") {
		t.Error("the end of the newest version does not count")
	}
}

func TestAsOfAVersionThatIsNewer(t *testing.T) {
	c := asOf(t, "v99.0")
	if c.Day() != "2026-07-29" {
		t.Errorf("v99.0 is answered with the catalogue of %s, not of the newest version that is known", c.Day())
	}
}

func TestFateOfAVersion(t *testing.T) {
	for _, tc := range []struct{ name, day, want string }{
		{"v21.0", "2026-10-22", ""},
		{"v21.0", "2026-10-23", "ends on 2027-01-21, in 90 days"},
		{"v21.0", "2027-01-20", "ends on 2027-01-21, in 1 day"},
		{"v21.0", "2027-01-21", "has ended on 2027-01-21"},
		{"v2.6", "2021-08-02", ""},
		{"v2.6", "2026-11-28", "has ended, on a day that is not known here"},
		{"v1.0", "2026-11-28", "has ended, on a day that is not known here"},
		{"v26.0", "2026-11-28", ""},
		{"v99.0", "2099-01-01", ""},
		{"none", "2099-01-01", ""},
		{"v21.0", "", ""},
	} {
		if got := schemas.GraphVersionFate(tc.name, tc.day); got != tc.want {
			t.Errorf("%s on %s %q, want %q", tc.name, tc.day, got, tc.want)
		}
	}
}
