package suttest

import (
	"net"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// Listening is the command of a script that waits until something listens:
// listening HOST:PORT.
func Listening(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: listening HOST:PORT")
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range 3000 {
		if c, err := net.Dial("tcp", args[0]); err == nil {
			ts.Check(c.Close())
			return
		}
		<-tick.C
	}
	ts.Fatalf("nothing listens at %s", args[0])
}
