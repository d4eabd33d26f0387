package runner_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/suites/reference"
)

func init() {
	// The reference receiver, that takes WORK for an event.
	played["reference"] = func() http.Handler {
		work, _ := time.ParseDuration(os.Getenv("WORK"))
		m, _ := reference.MutantByName(os.Getenv("MUTANT"))
		return reference.NewMutant(reference.Config{
			AppSecret: os.Getenv("REFEREE_APP_SECRET"), VerifyToken: os.Getenv("REFEREE_VERIFY_TOKEN"), PageToken: os.Getenv("REFEREE_PAGE_TOKEN"),
			GraphURL: os.Getenv("REFEREE_GRAPH_URL"), ReceiptsURL: os.Getenv("REFEREE_RECEIPTS_URL"), WorkDelay: work,
		}, m)
	}
	// One whose process takes BOOT to start, and ends of deliveries with one of the
	// texts in KILLERS, which are parted by commas. Where ONCE names a file, it does
	// not start a second time.
	played["restartable"] = func() http.Handler {
		if once := os.Getenv("ONCE"); once != "" {
			if _, err := os.Stat(once); err == nil {
				fmt.Fprintln(os.Stderr, "the database is locked")
				os.Exit(3)
			}
			if err := os.WriteFile(once, nil, 0o600); err != nil {
				panic(err)
			}
		}
		boot, _ := time.ParseDuration(os.Getenv("BOOT"))
		<-time.After(boot)
		return dyingOf(played["reference"](), strings.Split(os.Getenv("KILLERS"), ","))
	}
}

// dyingOf is a receiver whose process ends of deliveries with one of these texts,
// before it has answered.
func dyingOf(h http.Handler, texts []string) http.Handler {
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
