package sut

import (
	"context"
	"crypto/x509"
	"fmt"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/authority"
	"github.com/seed-11445fa1/referee/suites/reference"
)

// Reference is the built-in reference receiver, or one of its mutants.
type Reference struct {
	// Mutant names the defect that it has. Default: none.
	Mutant string
	// HTTPS has it served over https, with a certificate of a CA of its own, and
	// with mTLS where there is a ClientCA. Default false.
	HTTPS bool
}

// Start serves the reference receiver on a free port of the loopback interface.
func (r Reference) Start(_ context.Context, env Environment) (Running, error) {
	config := reference.Config{
		AppSecret: env.AppSecret, InstagramSecret: env.InstagramSecret, VerifyToken: env.VerifyToken, PageToken: env.PageToken,
		GraphURL: env.GraphURL, ReceiptsURL: env.ReceiptsURL,
		Accounts: []string{env.PageID, env.InstagramID},
	}
	var running Running
	if r.HTTPS {
		root, issuer, err := authority.NewServerCA(time.Now())
		if err != nil {
			return Running{}, fmt.Errorf("start the reference receiver: %w", err)
		}
		running.Roots = root.Pool()
		config.TLS = &reference.TLS{Issuer: issuer.KeyPair()}
		if len(env.ClientCA) > 0 {
			config.TLS.ClientCAs = x509.NewCertPool()
			config.TLS.ClientCAs.AppendCertsFromPEM(env.ClientCA)
		}
	}
	receiver := reference.New(config)
	if r.Mutant != "" {
		m, ok := reference.MutantByName(r.Mutant)
		if !ok {
			return Running{}, fmt.Errorf("there is no mutant %q; `referee reference --list` names them", r.Mutant)
		}
		receiver = reference.NewMutant(config, m)
	}
	server, err := reference.Listen("127.0.0.1:0", receiver)
	if err != nil {
		return Running{}, fmt.Errorf("start the reference receiver: %w", err)
	}
	running.URL, running.Stop = server.URL(), server.Close
	return running, nil
}
