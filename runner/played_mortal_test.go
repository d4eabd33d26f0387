package runner_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
)

// dyingOf is a receiver whose process ends of deliveries with one of these texts,
// before it has answered.
func dyingOf(h http.Handler, texts ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		for _, text := range texts {
			if bytes.Contains(body, []byte(text)) {
				fmt.Fprintf(os.Stderr, "panic: cannot read %s\n", text)
				os.Exit(2)
			}
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		h.ServeHTTP(w, r)
	})
}
