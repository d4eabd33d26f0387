//go:build ignore

// The smallest caller of the Send API in Go.
package main

import (
	"io"
	"log"
	"net/http"
	"strings"
)

func main() {
	body := strings.NewReader(`{"recipient":{"id":"1"},"message":{"text":"hello"}}`)
	resp, err := http.Post("https://graph.facebook.com/v23.0/me/messages", "application/json", body)
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	if text, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK {
		log.Fatalf("%s: %s", resp.Status, text)
	}
}
