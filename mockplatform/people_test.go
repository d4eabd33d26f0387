package mockplatform_test

import (
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
)

func TestPeople(t *testing.T) {
	p := created(t, mockplatform.Options{})
	ada, err := p.Person("Ada")
	if err != nil || ada.Kind != mockplatform.Ordinary || ada.ID() != p.Session("Ada").PSID {
		t.Errorf("got %+v, error %v", ada, err)
	}
	grace, err := p.AddPerson("Grace", mockplatform.Visitor)
	if err != nil || grace.ID() != grace.UserRef {
		t.Errorf("got %+v, error %v", grace, err)
	}
	if grace, err = p.AddPerson("Grace", mockplatform.Guest); err != nil || grace.ID() != grace.GuestID {
		t.Errorf("got %+v, error %v", grace, err)
	}
	if known, err := p.Person("Grace"); err != nil || known != grace {
		t.Errorf("got %+v, error %v", known, err)
	}
	if list := p.People(); len(list) != 2 || list[0].Name != "Ada" || list[1] != grace {
		t.Errorf("got %+v", list)
	}
	for _, id := range []string{grace.PSID, grace.UserRef, grace.GuestID} {
		if found, ok := p.PersonByID(id); !ok || found != grace || !grace.Is(id) {
			t.Errorf("%s is %+v", id, found)
		}
	}
	if found, ok := p.PersonByID(""); ok || grace.Is("") {
		t.Errorf("no id is %+v", found)
	}
	if _, err := p.Person(""); err == nil {
		t.Error("somebody has no name")
	}
	if _, err := p.AddPerson("", mockplatform.Guest); err == nil {
		t.Error("somebody has no name")
	}
	if _, err := p.AddPerson("Eve", "robot"); err == nil || len(p.People()) != 2 {
		t.Errorf("error %v, people %v", err, p.People())
	}
}
