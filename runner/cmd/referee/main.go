// Command referee judges Messenger webhooks and plays Meta for them.
package main

import (
	"os"

	// CAs for where the machine has none of its own, as in an image with nothing else in it.
	_ "golang.org/x/crypto/x509roots/fallback"

	"github.com/seed-11445fa1/referee/runner/command"
)

func main() {
	os.Exit(command.Main(os.Args[1:], command.Host{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, LookupEnv: os.LookupEnv, Environ: os.Environ}))
}
