//go:build ignore

// A bot that has the address of the Graph API written in, as most have. It
// answers postbacks and referrals.
//
// Planted: nothing.
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"sync"
)

const sendAPI = "https://graph.facebook.com/v26.0/me/messages"

var (
	appSecret   = os.Getenv("FB_APP_SECRET")
	verifyToken = os.Getenv("FB_VERIFY_TOKEN")
	pageToken   = os.Getenv("FB_PAGE_TOKEN")

	seen sync.Map // what identifies each event so far
)

func main() {
	http.HandleFunc("GET /webhook", verify)
	http.HandleFunc("POST /webhook", receive)
	log.Fatal(http.ListenAndServe("localhost:"+os.Getenv("PORT"), nil))
}

func verify(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("hub.mode") != "subscribe" || q.Get("hub.verify_token") != verifyToken {
		http.Error(w, "forbidden", http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	io.WriteString(w, q.Get("hub.challenge"))
}

func receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 8<<20))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write(body)
	signature := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	if !hmac.Equal([]byte(signature), []byte(r.Header.Get("X-Hub-Signature-256"))) {
		http.Error(w, "forbidden", http.StatusForbidden)
		return
	}
	var delivery struct{ Entry []json.RawMessage }
	if err := json.Unmarshal(body, &delivery); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	io.WriteString(w, "EVENT_RECEIVED")
	for _, raw := range delivery.Entry {
		var entry struct{ Messaging []json.RawMessage }
		if json.Unmarshal(raw, &entry) != nil {
			continue
		}
		for _, event := range entry.Messaging {
			if _, again := seen.LoadOrStore(identity(event), true); !again {
				go answer(event)
			}
		}
	}
}

// identity tells an event that comes again from a new one.
func identity(event json.RawMessage) any {
	var has struct{ Postback struct{ Mid string } }
	if json.Unmarshal(event, &has) == nil && has.Postback.Mid != "" {
		return has.Postback.Mid
	}
	return sha256.Sum256(event)
}

type person struct {
	ID      string `json:"id,omitempty"`
	UserRef string `json:"user_ref,omitempty"`
}

func answer(raw json.RawMessage) {
	var event struct {
		Sender             person
		Postback, Referral map[string]any
	}
	if json.Unmarshal(raw, &event) != nil || event.Sender == (person{}) {
		return
	}
	switch {
	case event.Postback != nil:
		send(event.Sender, "You pressed a button.")
	case event.Referral != nil:
		send(event.Sender, "Welcome back.")
	}
}

func send(recipient person, text string) {
	body, err := json.Marshal(map[string]any{
		"recipient": recipient, "messaging_type": "RESPONSE", "message": map[string]string{"text": text},
	})
	if err != nil {
		log.Print(err)
		return
	}
	resp, err := http.Post(sendAPI+"?access_token="+url.QueryEscape(pageToken), "application/json", bytes.NewReader(body))
	if err != nil {
		log.Print(err)
		return
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		problem, _ := io.ReadAll(resp.Body)
		log.Printf("%s: %s", resp.Status, problem)
	}
}
