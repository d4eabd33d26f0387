package reference

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestWorkers(t *testing.T) {
	for workers, want := range map[int]time.Duration{0: time.Second, 1: 10 * time.Second, 3: 4 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			l := newLife(Config{Workers: workers, Now: time.Now})
			start := time.Now()
			var all sync.WaitGroup
			for range 10 {
				all.Go(func() { l.employ(func() { time.Sleep(time.Second) }) })
			}
			all.Wait()
			if took := time.Since(start); took != want {
				t.Errorf("%d workers took %s for 10 events of a second, want %s", workers, took, want)
			}
		})
	}
}

// Whoever waits for a worker when the process dies is not worked on.
func TestWorkersDie(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLife(Config{Workers: 1, Now: time.Now})
		var all sync.WaitGroup
		worked := 0
		for range 2 {
			all.Go(func() { l.employ(func() { worked++; time.Sleep(time.Second) }) })
		}
		synctest.Wait()
		l.cancel()
		all.Wait()
		if worked != 1 {
			t.Errorf("%d were worked on", worked)
		}
	})
}
