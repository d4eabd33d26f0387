package suites

import (
	"testing"
	"testing/synctest"
	"time"
)

// inVirtualTime runs a test in a bubble, in which time passes when nobody has
// anything to do: waiting costs nothing, and how busy the machine is bends no verdict.
// Its network has to be one in memory.
func inVirtualTime(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		test(t)
		// A server of net/http keeps a connection, on which it did not read all, for
		// half a second, and time stands still when this function has returned.
		time.Sleep(time.Second)
	})
}
