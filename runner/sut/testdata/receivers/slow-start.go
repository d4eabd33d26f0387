//go:build ignore

// A bot that loads its model when the first event comes, which takes 3 s; all
// that comes meanwhile is acknowledged and waits for it.
//
// Planted: a delivery without a signature is taken for a genuine one.
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
	"os"
	"sync"
	"time"
)

type model struct{ greeting string }

var load = sync.OnceValue(func() model {
	log.Print("loading the model")
	time.Sleep(3 * time.Second)
	log.Print("the model is loaded")
	return model{greeting: "How can I help?"}
})

var seen sync.Map // every event so far

func main() {
	http.HandleFunc("/messenger", func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet:
			verify(w, r)
		case http.MethodPost:
			receive(w, r)
		default:
			w.WriteHeader(http.StatusMethodNotAllowed)
		}
	})
	log.Fatal(http.ListenAndServe("localhost:"+os.Getenv("PORT"), nil))
}

func verify(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("hub.mode") == "subscribe" && q.Get("hub.verify_token") == os.Getenv("WEBHOOK_VERIFY_TOKEN") {
		w.Header().Set("Content-Type", "text/plain")
		io.WriteString(w, q.Get("hub.challenge"))
		return
	}
	w.WriteHeader(http.StatusForbidden)
}

func receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if signature := r.Header.Get("X-Hub-Signature-256"); signature != "" && !genuine(signature, body) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	var update struct{ Entry []json.RawMessage }
	if err := json.Unmarshal(body, &update); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusOK)
	for _, raw := range update.Entry {
		var entry struct{ Messaging []json.RawMessage }
		if json.Unmarshal(raw, &entry) != nil {
			continue
		}
		for _, raw := range entry.Messaging {
			// Meta repeats what it believes lost.
			if _, again := seen.LoadOrStore(string(raw), true); !again {
				go answer(raw)
			}
		}
	}
}

func answer(raw json.RawMessage) {
	var event struct {
		Sender             map[string]any
		Message            map[string]any
		Postback, Referral map[string]any
	}
	if json.Unmarshal(raw, &event) != nil {
		return
	}
	text, echo := event.Message["text"], event.Message["is_echo"]
	if text == nil && event.Postback == nil && event.Referral == nil || echo == true {
		return
	}
	for _, name := range []string{"id", "user_ref"} {
		if person, ok := event.Sender[name].(string); ok {
			send(map[string]string{name: person}, load().greeting)
			return
		}
	}
}

func genuine(signature string, body []byte) bool {
	mac := hmac.New(sha256.New, []byte(os.Getenv("APP_SECRET")))
	mac.Write(body)
	return hmac.Equal([]byte(signature), []byte("sha256="+hex.EncodeToString(mac.Sum(nil))))
}

func send(recipient map[string]string, text string) {
	body, err := json.Marshal(map[string]any{"recipient": recipient, "message": map[string]string{"text": text}})
	if err != nil {
		log.Print(err)
		return
	}
	request, err := http.NewRequest(http.MethodPost, "https://graph.facebook.com/v26.0/me/messages", bytes.NewReader(body))
	if err != nil {
		log.Print(err)
		return
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("PAGE_TOKEN"))
	request.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Print(err)
		return
	}
	resp.Body.Close()
}
