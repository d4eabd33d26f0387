package rules_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
)

// The next message of one person comes twice, and the journal says why.
func Example() {
	faults, err := rules.New(rules.Options{})
	if err != nil {
		log.Fatal(err)
	}
	platform, err := mockplatform.New(mockplatform.Options{Rules: faults})
	if err != nil {
		log.Fatal(err)
	}
	defer platform.Close()
	bot := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer bot.Close()
	if err := platform.SetReceiver(bot.URL); err != nil {
		log.Fatal(err)
	}

	if _, err := faults.Add(rules.Rule{Fault: "duplicate", Person: "Ada", Next: 1}); err != nil {
		log.Fatal(err)
	}
	for _, person := range []string{"Grace", "Ada", "Ada"} {
		if _, err := platform.Emit(context.Background(), mockplatform.Emission{Variant: "message.text", Person: person}); err != nil {
			log.Fatal(err)
		}
	}
	for _, x := range platform.Journal().Find(func(journal.Exchange) bool { return true }) {
		person, _ := platform.PersonByID(x.Person)
		fmt.Println(strings.TrimSpace(person.Name + " " + strings.Join(x.Faults, ", ")))
	}
	// Output:
	// Grace
	// Ada
	// Ada sent again though it was acknowledged
	// Ada
}

// A rule that is wrong is not in force, and its error says what would be right.
func ExampleSet_Add() {
	faults, err := rules.New(rules.Options{})
	if err != nil {
		log.Fatal(err)
	}
	_, err = faults.Add(rules.Rule{Fault: "delay", Params: map[string]any{"by": "a while"}, Next: -1})
	fmt.Println(err)
	// Output:
	// params.by: a while is no duration, such as "1500ms", "2s" or "1m30s"
	// next: -1 is negative
}
