package sut

import (
	"context"
	"fmt"

	"github.com/seed-11445fa1/referee/suites/reference"
)

// Reference is the built-in reference receiver, or one of its mutants.
type Reference struct {
	// Mutant names the defect that it has. Default: none.
	Mutant string
}

// Start serves the reference receiver on a free port of the loopback interface.
func (r Reference) Start(_ context.Context, env Environment) (Running, error) {
	config := reference.Config{
		AppSecret: env.AppSecret, VerifyToken: env.VerifyToken, PageToken: env.PageToken,
		GraphURL: env.GraphURL, ReceiptsURL: env.ReceiptsURL,
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
	return Running{URL: server.URL(), Stop: server.Close}, nil
}
