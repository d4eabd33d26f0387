// A bot in an image: the reference receiver, with variables of its own names.
package main

import (
	"log"
	"net/http"
	"os"

	"github.com/seed-11445fa1/referee/suites/reference"
)

func main() {
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), reference.New(reference.Config{
		AppSecret: os.Getenv("FB_APP_SECRET"), VerifyToken: os.Getenv("FB_VERIFY_TOKEN"), PageToken: os.Getenv("FB_PAGE_TOKEN"),
		GraphURL: os.Getenv("REFEREE_GRAPH_URL"),
	})))
}
