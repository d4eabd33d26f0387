package event

import (
	"regexp"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestNewSession(t *testing.T) {
	want := Session{
		Name: "alice", PSID: "7837967772782691", PageID: "542998526103632", InstagramID: "17841090823656237", UserRef: "zl63xopj-ljbqwrluc36y5wca",
		GuestID: "1582294276688800", Tag: "4r34bjycvy", AppID: 897042482545661,
	}
	if got := NewSession(1, "alice", "542998526103632"); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestSessionForms(t *testing.T) {
	forms := map[string]*regexp.Regexp{
		"id":       regexp.MustCompile(`^[1-8][0-9]{15}$`),
		"user_ref": regexp.MustCompile(`^[a-z2-7]{8}-[a-z2-7]{16}$`),
		"tag":      regexp.MustCompile(`^[a-z2-7]{10}$`),
		"app_id":   regexp.MustCompile(`^[1-8][0-9]{14}$`),
	}
	rapid.Check(t, func(t *rapid.T) {
		seed, name := rapid.Int64().Draw(t, "seed"), rapid.String().Draw(t, "name")
		s := NewSession(seed, name, "1")
		for _, c := range []struct{ form, text string }{
			{"id", s.PSID}, {"id", s.GuestID}, {"user_ref", s.UserRef}, {"tag", s.Tag}, {"app_id", strconv.FormatInt(s.AppID, 10)},
		} {
			if !forms[c.form].MatchString(c.text) {
				t.Fatalf("%s %q does not fit %v", c.form, c.text, forms[c.form])
			}
		}
		if id, err := strconv.ParseInt(s.PSID, 10, 64); err != nil || id >= 1<<53 {
			t.Fatalf("PSID %s is not below 2^53", s.PSID)
		}
	})
}

func TestSessionsDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seeds := rapid.SliceOfN(rapid.Int64(), 2, 2).Draw(t, "seeds")
		names := rapid.SliceOfN(rapid.String(), 2, 2).Draw(t, "names")
		a, b := NewSession(seeds[0], names[0], "1"), NewSession(seeds[1], names[1], "1")
		if seeds[0] == seeds[1] && names[0] == names[1] {
			if a != b {
				t.Fatalf("the same seed and name give %+v and %+v", a, b)
			}
			return
		}
		if a.PSID == b.PSID || a.UserRef == b.UserRef || a.GuestID == b.GuestID || a.Tag == b.Tag {
			t.Fatalf("%+v and %+v share an id", a, b)
		}
		if (seeds[0] == seeds[1]) != (a.AppID == b.AppID) {
			t.Fatalf("app ids %d and %d of the seeds %v", a.AppID, b.AppID, seeds)
		}
		if a.PSID == a.GuestID {
			t.Fatalf("person and guest share %s", a.PSID)
		}
	})
}

func TestDerivedPartsDoNotRunTogether(t *testing.T) {
	if derive("1", "2a") == derive("12", "a") {
		t.Error("the boundaries between parts do not count")
	}
}
