// Package sut starts what is to be judged, or finds it running: a [Command] in a
// process, the [Reference] in this one, a [URL] where the user did. Package docker,
// below it, starts an image; whoever imports this package alone has no container
// engine's client in the build.
//
// Public API: runner.Config takes its receivers.
package sut

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"

	"github.com/seed-11445fa1/referee/runner/sut/internal/life"
)

// Environment is what a receiver has to know of the platform.
type Environment struct {
	AppSecret, VerifyToken, PageToken, AppID, PageID, InstagramID string
	// InstagramSecret signs what is for Instagram; it is the app secret where the app
	// has no other.
	InstagramSecret string
	// GraphURL is where the platform plays the Graph API, without a version.
	GraphURL string
	// ReceiptsURL is where receipts are posted to.
	ReceiptsURL string
	// GraphAPI is what answers at both, for a receiver that has to be given an
	// address of its own. Nil: nothing is intercepted.
	GraphAPI http.Handler
	// TLS is how https is spoken to a receiver: without a look at its certificate,
	// and with the client certificate that it may want to see. Nil: nobody asked.
	TLS *tls.Config
	// ClientCA is the CA of that client certificate, in PEM, which the receiver has
	// to trust. Nil: there is none (mTLS is not declared).
	ClientCA []byte
	// ClientCAFile is where the receiver finds that CA. Whoever starts it fills it in.
	ClientCAFile string
	// Line, if set, is called with each line that the receiver writes, one at a
	// time. A receiver whose output Referee does not see cannot be started so.
	Line func(line string)
}

// Receiver is a system under test.
type Receiver interface {
	// Start makes the receiver ready to be judged. An error says what to do, and
	// leaves nothing running.
	//
	// Errors may quote the receiver's output, as it came: secrets and control
	// characters are the caller's to take out.
	Start(ctx context.Context, env Environment) (Running, error)
}

// Started is a receiver that Referee starts itself: a [Command], or an image of
// package docker.
type Started interface {
	Receiver
	Terms() Terms
}

// Running is a receiver that can be judged.
type Running struct {
	// URL is its webhook. It stays the same when the receiver is started again.
	URL string
	// Roots are the CAs that have to stand above the receiver's certificate. Nil
	// where Referee did not make it.
	Roots *x509.CertPool
	// Stop ends what Start began, and nothing else. It may be called more than
	// once; an error says what could not be ended.
	Stop func() error
	// Exited returns a channel that is closed when the present life of the receiver
	// has ended. It is nil where Referee did not start the receiver.
	Exited func() <-chan struct{}
	// Restart starts the receiver again, and says how its life ended; one that goes
	// on is ended first. It returns once the receiver is ready, as Start does; ctx
	// limits that wait, not the life of the receiver. After an error the receiver is
	// down, and the death is reported all the same if it is known.
	// It is nil where Referee did not start the receiver.
	Restart func(ctx context.Context) (Death, error)
	// Kill ends the present life of the receiver at once, whatever it is doing; Restart
	// begins the next. It is nil where that cannot be done.
	Kill func()
	// Holds says what the processes of the present life hold together: how many files
	// they have open, and how many bytes of memory; false where that is not known. It is
	// nil where it never is.
	Holds func() (files int, memory int64, known bool)
	// Output returns what the receiver has written to its standard output and
	// standard error since mark, in order and as it came, and the mark from which
	// to go on. Marks begin at 0 and count bytes, over all lives of the receiver.
	// Of a long output the middle is left out, and a line says how much.
	// It is nil where Referee did not start the receiver.
	Output func(mark int64) (text string, next int64)
	// Death says how the present life of the receiver ended, once Exited has told that it
	// has. It is nil where Referee did not start the receiver.
	Death func() Death
	// Interception tells how the receiver's calls to Meta's hosts were led to the
	// platform. It is nil where they were not.
	Interception func() Interception
}

// Death is the end of a receiver that nobody asked for: How it ended, such as "exit
// status 1", empty where it went on and Restart ended it; and Output, the last lines
// that it wrote in this life.
type Death = life.Death
