package command_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/series"
)

// uneven is a receiver of a load whose defects are known, by the number of the event: of
// each hundred it loses one, handles another twice, refuses a third, and refuses a fourth
// which it handles. What it handles it answers at each platform: uneven ADDR GRAPH-URL….
func uneven() {
	serve := func(w http.ResponseWriter, r *http.Request) {
		var doc struct {
			Entry []struct {
				Messaging []struct{ Sender struct{ ID string } }
			}
		}
		if err := json.NewDecoder(r.Body).Decode(&doc); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		for _, entry := range doc.Entry {
			for _, event := range entry.Messaging {
				id := event.Sender.ID
				number, err := strconv.ParseUint(id[max(0, len(id)-12):], 10, 64)
				if err != nil {
					http.Error(w, err.Error(), http.StatusBadRequest)
					return
				}
				times, of := 1, number%100
				if number >= series.MaxEvents/2 { // before the load
					of = 0
				}
				switch of {
				case 3:
					times = 0
				case 7:
					times = 2
				case 11:
					times = 0
					w.WriteHeader(http.StatusInternalServerError)
				case 13:
					w.WriteHeader(http.StatusServiceUnavailable)
				}
				for range times {
					for _, base := range os.Args[2:] {
						if err := reply(base, id); err != nil {
							fmt.Fprintln(os.Stderr, err)
							os.Exit(1)
						}
					}
				}
			}
		}
	}
	fmt.Fprintln(os.Stderr, http.ListenAndServe(os.Args[1], http.HandlerFunc(serve)))
	os.Exit(1)
}

// reply sends a person a message.
func reply(base, id string) error {
	text := fmt.Sprintf(`{"recipient":{"id":%q},"message":{"text":"hello"}}`, id)
	answer, err := http.Post(base+"/me/messages?access_token="+mockplatform.DefaultPageToken, "application/json", strings.NewReader(text))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", answer.Status, body)
	}
	return err
}

// post tells a collector what was not acknowledged, and prints its answer: post BASE BODY.
func post() {
	answer, err := http.Post(os.Args[1]+graph.LoadPath, "application/json", strings.NewReader(os.Args[2]))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer answer.Body.Close()
	fmt.Println(answer.StatusCode)
	if _, err := io.Copy(os.Stdout, answer.Body); err != nil {
		os.Exit(1)
	}
}
