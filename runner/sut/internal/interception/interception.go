// Package interception serves the calls that a receiver makes to Meta's hosts,
// and has the files by which it trusts who answers. Package sut leads a process
// there, and package docker a container.
package interception

import (
	"net"
	"net/http"
	"os"
	"sync"

	"github.com/seed-11445fa1/referee/mockplatform/intercept"
)

// StorePassword opens the trust store, which holds nothing secret.
const StorePassword = "referee"

// Server serves the interception of one receiver.
type Server struct {
	*intercept.Interceptor
	// Way says in words how the receiver is led here.
	Way     string
	serving sync.WaitGroup
}

// New makes the certificates. Nothing listens yet.
func New(api http.Handler, allowNetwork bool) (*Server, error) {
	i, err := intercept.New(intercept.Options{Handler: api, AllowNetwork: allowNetwork})
	return &Server{Interceptor: i}, err
}

// Listen serves a listener until Close; what serve returns then is of no interest.
func (s *Server) Listen(ln net.Listener, serve func(net.Listener) error) {
	s.serving.Go(func() { _ = serve(ln) })
}

// Close ends the listeners. A nil server has none.
func (s *Server) Close() error {
	if s == nil {
		return nil
	}
	err := s.Interceptor.Close()
	s.serving.Wait()
	return err
}

// TrustFiles are the contents of the trust files, by their paths.
func (s *Server) TrustFiles(paths intercept.TrustFiles) (map[string][]byte, error) {
	system := systemRoots()
	store, err := s.TrustStore(system, paths.StorePassword)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{
		paths.Bundle: s.Bundle(system), paths.CA: s.CA(), paths.Store: store,
		paths.PHPDir + "/referee.ini": intercept.PHPIni(paths.Bundle),
	}, nil
}

// systemRoots are the certificates that programs on this machine trust; nil
// where no file has them.
func systemRoots() []byte {
	for _, name := range []string{
		os.Getenv("SSL_CERT_FILE"),
		"/etc/ssl/certs/ca-certificates.crt", // Debian, Alpine
		"/etc/pki/tls/certs/ca-bundle.crt",   // Fedora, RHEL
		"/etc/ssl/ca-bundle.pem",             // openSUSE
		"/etc/ssl/cert.pem",                  // macOS, BSD
	} {
		if data, err := os.ReadFile(name); err == nil {
			return data
		}
	}
	return nil
}
