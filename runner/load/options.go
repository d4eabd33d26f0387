package load

import (
	"crypto/tls"
	"errors"
	"fmt"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/series"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// Options say what is sent, where and how fast.
type Options struct {
	// Series makes the deliveries.
	Series *series.Series
	// URL is the receiver's webhook.
	URL string
	// GraphVersion and Day are those that the header of a delivery follows from, see
	// wire.Heading.
	GraphVersion, Day string
	// TLS is used for an https URL. Default: the system's roots.
	TLS *tls.Config
	// Dial opens connections. Default: a net.Dialer.
	Dial delivery.Dial
	// Stages are the rates at which deliveries have to be sent, one after the other, whether
	// the receiver keeps up or not (the open model). Default: the closed model.
	Stages []Stage
	// Concurrency is how many connections there are in the closed model, and at most in
	// the open one. Default 64, and 1024.
	Concurrency int
	// First is the number of the first delivery. Default 0.
	First uint64
	// Duration is for how long is sent, and Count how many deliveries: whichever ends
	// first, and at the latest with the stages. Of these, one at least has to be given.
	Duration time.Duration
	Count    uint64
	// Duplicates is how many of a million deliveries are sent twice, one right after the
	// other. Default none.
	Duplicates int
	// AckDeadline is the time that a delivery has to be answered. Default 5 s.
	AckDeadline time.Duration
	// Evident reports that handling shows at the platform, so that Handled is called.
	// Default: nothing shows, and nothing is said about what was handled.
	Evident bool
	// Receiver, if it can be, is started again whenever it ends. In the closed model what
	// comes next waits for it; in the open one it does not.
	Receiver sut.Running
	// Died, if set, is called when it has ended and was started again; the error says why
	// that could not be done, so that the load ends.
	Died func(sut.Death, error)
	// Live, if set, is called every second with how it goes.
	Live func(Second)
	// Meter, if set, counts the load for Prometheus.
	Meter *Meter
}

// defaultDeadline is Messenger's own.
const defaultDeadline = 5 * time.Second

// MostConnections is how many there can be at most.
const MostConnections = 65_536

// Lateness beyond which a planned delivery is not sent any more.
const mostLate = time.Second

// Complete fills in defaults. The error says what cannot be.
func (o Options) Complete() (Options, error) {
	if o.AckDeadline == 0 {
		o.AckDeadline = defaultDeadline
	}
	if o.Concurrency == 0 {
		o.Concurrency = 64
		if len(o.Stages) > 0 {
			o.Concurrency = 1024
		}
	}
	switch {
	case o.Series == nil:
		return o, errors.New("load: there is no series of deliveries")
	case o.First > mostDeliveries(o.Series) || o.Count > mostDeliveries(o.Series)-o.First:
		return o, fmt.Errorf("load: %d deliveries from number %d on: a series has no more than %d", o.Count, o.First, mostDeliveries(o.Series))
	case o.Duration <= 0 && o.Count == 0 && len(o.Stages) == 0:
		return o, errors.New("load: nothing says how much is sent: give a duration, a count or stages")
	case o.Concurrency < 1 || o.Concurrency > MostConnections:
		return o, fmt.Errorf("load: %d connections: it is 1 or more, and %d at most", o.Concurrency, MostConnections)
	case o.Duplicates < 0 || o.Duplicates > 1_000_000:
		return o, fmt.Errorf("load: %d of a million are sent twice: it is 0 to 1,000,000", o.Duplicates)
	}
	return o, Schedule(o.Stages).check()
}

// mostDeliveries is how many deliveries of a series there can be.
func mostDeliveries(s *series.Series) uint64 { return calibrating / uint64(s.Width()) }
